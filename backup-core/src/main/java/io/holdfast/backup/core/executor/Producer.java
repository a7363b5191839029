package io.holdfast.backup.core.executor;

import java.util.Optional;

/** Names the software that makes a backup. */
final class Producer {
    private Producer() {}

    static String name() {
        String version = Optional.ofNullable(Producer.class.getPackage().getImplementationVersion())
                .orElse("development");
        return "holdfast/" + version + " java/" + Runtime.version().feature();
    }
}

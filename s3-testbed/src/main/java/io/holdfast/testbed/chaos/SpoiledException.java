package io.holdfast.testbed.chaos;

import java.io.IOException;

/** The script wants the connection to end here. */
final class SpoiledException extends IOException {
    private static final long serialVersionUID = 1;

    private final Spoiling.Kind kind;

    SpoiledException(Spoiling.Kind kind) {
        super("By the script: " + kind);
        this.kind = kind;
    }

    Spoiling.Kind kind() {
        return kind;
    }
}

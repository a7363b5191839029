package io.holdfast.backup.core.service.config;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a file, in the order in which it was found. Used by one thread. */
final class Mistakes {
    private final List<String> all = new ArrayList<>();

    void add(String path, String what) {
        all.add(path + ": " + what);
    }

    List<String> all() {
        return List.copyOf(all);
    }
}

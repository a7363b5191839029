package io.holdfast.examples.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A command line: a command, options with a value each, and the rest.
 *
 * @param command the first word that is no option; {@code demo} if there is none
 * @param options the options' values by their names without dashes
 * @param rest what follows the command
 */
record Arguments(String command, Map<String, String> options, List<String> rest) {
    private static final Set<String> COMMANDS =
            Set.of("demo", "backup", "list", "show", "verify", "restore", "make-key", "help");
    private static final Set<String> OPTIONS = Set.of("destination", "store", "work", "level");

    /** The options that name keys, none of which is one. */
    static final Set<String> KEY_OPTIONS = Set.of("encrypt", "identity", "repository-key", "repository-key-id");

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if an option is unknown or lacks its value
     */
    static Arguments parse(String... args) {
        Deque<String> words = new ArrayDeque<>(List.of(args));
        Map<String, String> options = new HashMap<>();
        List<String> rest = new ArrayList<>();
        Optional<String> command = Optional.empty();
        while (!words.isEmpty()) {
            String word = words.pop();
            if (word.equals("--help") || word.equals("-h")) {
                return new Arguments("help", Map.of(), List.of());
            }
            if (word.startsWith("--")) {
                String name = word.substring(2);
                if (!OPTIONS.contains(name) && !KEY_OPTIONS.contains(name)) {
                    throw new IllegalArgumentException("unknown option " + word);
                }
                if (words.isEmpty()) {
                    throw new IllegalArgumentException("option " + word + " needs a value");
                }
                options.put(name, words.pop());
            } else if (command.isEmpty() && rest.isEmpty() && COMMANDS.contains(word)) {
                command = Optional.of(word);
            } else {
                rest.add(word);
            }
        }
        return new Arguments(command.orElse("demo"), Map.copyOf(options), List.copyOf(rest));
    }

    /** What follows the command, which is one word. */
    String only(String what) {
        if (rest.size() != 1) {
            throw new IllegalArgumentException(command + " needs one " + what);
        }
        return rest.get(0);
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }
}

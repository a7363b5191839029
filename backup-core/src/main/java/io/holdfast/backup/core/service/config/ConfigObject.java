package io.holdfast.backup.core.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One object of a file, which notes what is wrong in it and which of its names nobody asked for. Used by one thread. */
final class ConfigObject {
    private final String path;
    private final JsonNode json;
    private final Mistakes mistakes;
    private final Set<String> asked = new HashSet<>();

    private ConfigObject(String path, JsonNode json, Mistakes mistakes) {
        this.path = path;
        this.json = json;
        this.mistakes = mistakes;
    }

    static ConfigObject root(JsonNode json, Mistakes mistakes) {
        ConfigObject root = new ConfigObject("", json, mistakes);
        if (!json.isObject()) {
            mistakes.add("the file", "expected an object");
        }
        return root;
    }

    private String pathOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    void mistake(String name, String what) {
        mistakes.add(pathOf(name), what);
    }

    private JsonNode value(String name) {
        asked.add(name);
        JsonNode value = json.get(name);
        return value == null ? MissingNode.getInstance() : value;
    }

    boolean has(String name) {
        return !value(name).isMissingNode();
    }

    /** A text, if it is there; a mistake if it is there and none. */
    Optional<String> text(String name) {
        JsonNode value = value(name);
        if (value.isTextual() && !value.textValue().isEmpty()) {
            return Optional.of(value.textValue());
        }
        if (!value.isMissingNode()) {
            mistake(name, "expected a text");
        }
        return Optional.empty();
    }

    /** A text that must be there. */
    Optional<String> requiredText(String name) {
        if (!has(name)) {
            mistake(name, "is missing");
        }
        return text(name);
    }

    /** Hands a text to a builder; what that refuses is a mistake, told by the given words. */
    void text(String name, String expected, Consumer<String> taker) {
        text(name).ifPresent(value -> attempt(name, expected, () -> taker.accept(value)));
    }

    void duration(String name, Consumer<Duration> taker) {
        text(name, "expected a duration of ISO 8601, such as PT90M or P7D, within its bounds", value -> {
            Duration duration = Duration.parse(value);
            if (duration.isNegative()) {
                throw new IllegalArgumentException(value);
            }
            taker.accept(duration);
        });
    }

    Optional<ZoneId> zone(String name) {
        Optional<String> text = text(name);
        try {
            return text.map(ZoneId::of);
        } catch (DateTimeException e) {
            mistake(name, "expected a time zone such as Europe/Rome");
            return Optional.empty();
        }
    }

    void integer(String name, String expected, Consumer<Integer> taker) {
        JsonNode value = value(name);
        if (value.isInt()) {
            attempt(name, expected, () -> taker.accept(value.intValue()));
        } else if (!value.isMissingNode()) {
            mistake(name, expected);
        }
    }

    void truth(String name, Consumer<Boolean> taker) {
        JsonNode value = value(name);
        if (value.isBoolean()) {
            taker.accept(value.booleanValue());
        } else if (!value.isMissingNode()) {
            mistake(name, "expected true or false");
        }
    }

    Optional<ConfigObject> object(String name) {
        JsonNode value = value(name);
        if (value.isObject()) {
            return Optional.of(new ConfigObject(pathOf(name), value, mistakes));
        }
        if (!value.isMissingNode()) {
            mistake(name, "expected an object");
        }
        return Optional.empty();
    }

    List<ConfigObject> objects(String name) {
        List<ConfigObject> found = new ArrayList<>();
        JsonNode value = value(name);
        if (!value.isArray()) {
            mistake(name, value.isMissingNode() ? "is missing" : "expected a list");
            return found;
        }
        for (int i = 0; i < value.size(); i++) {
            if (value.get(i).isObject()) {
                found.add(new ConfigObject(pathOf(name) + "[" + i + "]", value.get(i), mistakes));
            } else {
                mistake(name + "[" + i + "]", "expected an object");
            }
        }
        return found;
    }

    void texts(String name, String expected, Consumer<String> taker) {
        JsonNode value = value(name);
        if (!value.isArray() && !value.isMissingNode()) {
            mistake(name, "expected a list");
        }
        for (int i = 0; i < (value.isArray() ? value.size() : 0); i++) {
            JsonNode one = value.get(i);
            if (one.isTextual()) {
                attempt(name + "[" + i + "]", expected, () -> taker.accept(one.textValue()));
            } else {
                mistake(name + "[" + i + "]", "expected a text");
            }
        }
    }

    /** All of this object as texts by name. */
    Map<String, String> asTexts() {
        Map<String, String> texts = new TreeMap<>();
        json.properties().forEach(field -> text(field.getKey()).ifPresent(text -> texts.put(field.getKey(), text)));
        return texts;
    }

    /** What a builder refuses is told by our own words: its message may quote a secret. */
    void attempt(String name, String expected, Runnable action) {
        try {
            action.run();
        } catch (IllegalArgumentException | DateTimeException e) {
            mistake(name, expected);
        }
    }

    /** Notes every name that nobody has asked for. */
    void refuseOthers() {
        json.fieldNames().forEachRemaining(name -> {
            if (!asked.contains(name)) {
                mistake(
                        name,
                        "is not known; expected one of "
                                + asked.stream().sorted().toList());
            }
        });
    }
}

package io.holdfast.backup.destination;

import io.holdfast.backup.ErrorCode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and checks the properties of a {@link DestinationConfig}. Each accessor notes a mistake and goes on with a
 * placeholder; {@link #finish} reports all of them, unknown properties among them. Nothing that was read may be used before
 * {@code finish} has returned. Used by one thread.
 */
public final class PropertyReader {
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,19}");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*(|B|KiB|MiB|GiB|TiB)");
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private final String kind;
    private final SortedMap<String, String> properties;
    private final Set<String> known = new TreeSet<>();
    private final List<String> mistakes = new ArrayList<>();

    PropertyReader(String kind, SortedMap<String, String> properties) {
        this.kind = kind;
        this.properties = properties;
    }

    /**
     * Reads a text that must be there.
     *
     * @param name the property
     * @return its value; empty, and a mistake noted, when it is missing or blank
     */
    public String required(String name) {
        if (!properties.containsKey(name)) {
            mistake(name, "is missing");
        }
        return optional(name).orElse("");
    }

    /**
     * Reads a text that may be there.
     *
     * @param name the property
     * @return its value, if it is there; a blank one is a mistake
     */
    public Optional<String> optional(String name) {
        known.add(name);
        String value = properties.get(name);
        if (value != null && value.isBlank()) {
            mistake(name, "is blank");
            return Optional.empty();
        }
        return Optional.ofNullable(value);
    }

    /**
     * Reads a flag: {@code true} or {@code false}.
     *
     * @param name the property
     * @param fallback its value when it is not there
     * @return the value
     */
    public boolean flag(String name, boolean fallback) {
        return optional(name)
                .map(value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> {
                        mistake(name, "must be true or false, found \"" + value + "\"");
                        yield fallback;
                    }
                })
                .orElse(fallback);
    }

    /**
     * Reads a whole number.
     *
     * @param name the property
     * @param fallback its value when it is not there
     * @param min the least value
     * @param max the greatest value
     * @return the value
     */
    public long number(String name, long fallback, long min, long max) {
        return optional(name)
                .map(value -> {
                    Optional<Long> number = parseNumber(value);
                    if (number.isEmpty()) {
                        mistake(name, "must be a whole number, found \"" + value + "\"");
                        return fallback;
                    }
                    return inRange(name, value, number.get(), fallback, min, max);
                })
                .orElse(fallback);
    }

    /**
     * Reads a number of bytes: {@code 65536}, {@code 100B}, {@code 64KiB}, {@code 8MiB}, {@code 1GiB}, {@code 2TiB}. Blanks may
     * stand before the unit.
     *
     * @param name the property
     * @param fallback its value when it is not there, in bytes
     * @param min the least value, in bytes
     * @param max the greatest value, in bytes
     * @return the value, in bytes
     */
    public long bytes(String name, long fallback, long min, long max) {
        return optional(name)
                .map(value -> {
                    Matcher m = SIZE.matcher(value);
                    if (!m.matches()) {
                        mistake(name, "must be a number of bytes such as 8MiB, found \"" + value + "\"");
                        return fallback;
                    }
                    int shift = switch (m.group(2)) {
                        case "KiB" -> 10;
                        case "MiB" -> 20;
                        case "GiB" -> 30;
                        case "TiB" -> 40;
                        default -> 0;
                    };
                    long count = Long.parseLong(m.group(1));
                    long total = count > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : count << shift;
                    return inRange(name, value, total, fallback, min, max);
                })
                .orElse(fallback);
    }

    /**
     * Reads a duration: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 24h}, {@code 30d}, or in ISO form {@code PT5M}.
     *
     * @param name the property
     * @param fallback its value when it is not there
     * @param min the least value
     * @param max the greatest value
     * @return the value
     */
    public Duration duration(String name, Duration fallback, Duration min, Duration max) {
        return optional(name)
                .map(value -> {
                    Optional<Duration> parsed = parseDuration(value);
                    if (parsed.isEmpty()) {
                        mistake(name, "must be a duration such as 30s, 5m or 24h, found \"" + value + "\"");
                        return fallback;
                    }
                    if (parsed.get().compareTo(min) < 0 || parsed.get().compareTo(max) > 0) {
                        mistake(name, "must be from " + min + " to " + max + ", found \"" + value + "\"");
                        return fallback;
                    }
                    return parsed.get();
                })
                .orElse(fallback);
    }

    /**
     * Reads one of a few words: the names of an enum's constants in lower case, with {@code -} for {@code _}.
     *
     * @param <E> the enum
     * @param name the property
     * @param fallback its value when it is not there
     * @return the value
     */
    public <E extends Enum<E>> E choice(String name, E fallback) {
        return optional(name)
                .map(value -> {
                    Set<String> words = new TreeSet<>();
                    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
                        String word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
                        if (word.equals(value)) {
                            return constant;
                        }
                        words.add(word);
                    }
                    mistake(name, "must be one of " + words + ", found \"" + value + "\"");
                    return fallback;
                })
                .orElse(fallback);
    }

    /**
     * Reads a secret, which appears in no message.
     *
     * @param name the property
     * @return its value, if it is there; a blank one is a mistake
     */
    public Optional<String> secret(String name) {
        return optional(name);
    }

    /**
     * Notes a mistake that the provider found itself.
     *
     * @param name the property
     * @param complaint what is wrong, with the value unless it is secret: {@code must be absolute, found "x"}
     */
    public void mistake(String name, String complaint) {
        mistakes.add(name + " " + complaint);
    }

    /**
     * Ends the reading.
     *
     * @throws DestinationException with {@link ErrorCode#DESTINATION_CONFIG_INVALID} if there was any mistake or there are
     *     properties that nobody asked for; the message names all of them
     */
    public void finish() {
        List<String> all = new ArrayList<>(mistakes);
        for (String name : properties.keySet()) {
            if (!known.contains(name)) {
                all.add(name + " is unknown; known are " + known);
            }
        }
        if (!all.isEmpty()) {
            String message = "The configuration of the " + kind + " destination is wrong: " + String.join("; ", all);
            // What was written must not begin a line of its own in a log.
            throw new DestinationException(
                    ErrorCode.DESTINATION_CONFIG_INVALID, message.replaceAll("\\p{Cc}", "?"), null);
        }
    }

    private long inRange(String name, String written, long value, long fallback, long min, long max) {
        if (value < min || value > max) {
            mistake(name, "must be from " + min + " to " + max + ", found \"" + written + "\"");
            return fallback;
        }
        return value;
    }

    private static Optional<Long> parseNumber(String value) {
        if (!WHOLE.matcher(value).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(value));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> parseDuration(String value) {
        Matcher m = AMOUNT.matcher(value);
        if (m.matches()) {
            long amount = Long.parseLong(m.group(1));
            return Optional.of(
                    switch (m.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofDays(amount);
                    });
        }
        try {
            return Optional.of(Duration.parse(value));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

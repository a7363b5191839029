package io.holdfast.backup.core.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The fields of a control object, read strictly: every mistake is {@code manifest_invalid} and names the field. */
final class JsonFields {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final JsonNode object;
    private final String source;

    JsonFields(JsonNode object, String source) {
        this.object = object;
        this.source = source;
    }

    boolean has(String name) {
        return object.has(name) && !object.get(name).isNull();
    }

    void requireVersion(String name) {
        long version = number(name, 0, Long.MAX_VALUE);
        if (version == 0) {
            throw invalid(name, "a version of 1 or more", "0");
        }
        if (version > Manifest.VERSION) {
            throw new BackupException(
                    ErrorCode.MANIFEST_VERSION_UNSUPPORTED,
                    source + ": " + name + " is " + version + ", and this release reads up to " + Manifest.VERSION);
        }
    }

    void requireObject(ObjectType type) {
        String found = text("object", 64);
        if (!found.equals(type.wireValue())) {
            throw invalid("object", "\"" + type.wireValue() + "\"", "\"" + found + "\"");
        }
    }

    String text(String name, int maxLength) {
        JsonNode value = required(name);
        if (!value.isTextual()) {
            throw invalid(name, "a string", value.getNodeType().toString());
        }
        String text = value.textValue();
        if (text.length() > maxLength) {
            throw invalid(name, "at most " + maxLength + " characters", text.length() + "");
        }
        return text;
    }

    Optional<String> optionalText(String name, int maxLength) {
        return has(name) ? Optional.of(text(name, maxLength)) : Optional.empty();
    }

    /** A text that a value type accepts or refuses with an IllegalArgumentException. */
    <T> T parsed(String name, int maxLength, String expected, Function<String, T> parser) {
        String text = text(name, maxLength);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw invalid(name, expected, "\"" + text + "\"");
        }
    }

    long number(String name, long min, long max) {
        JsonNode value = required(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw invalid(
                    name,
                    "a whole number",
                    value.isNumber() ? value.asText() : value.getNodeType().toString());
        }
        long number = value.longValue();
        if (number < min || number > max) {
            throw invalid(name, "a number from " + min + " to " + max, number + "");
        }
        return number;
    }

    boolean flag(String name) {
        JsonNode value = required(name);
        if (!value.isBoolean()) {
            throw invalid(name, "true or false", value.getNodeType().toString());
        }
        return value.booleanValue();
    }

    Instant instant(String name) {
        return parsed(name, 64, "a UTC time such as 2026-01-31T02:00:00Z", Instant::parse);
    }

    Optional<Instant> optionalInstant(String name) {
        return has(name) ? Optional.of(instant(name)) : Optional.empty();
    }

    BackupId backupId(String name) {
        return parsed(name, 26, "a backup id", BackupId::new);
    }

    String sha256(String name) {
        String text = text(name, 64);
        if (!SHA256.matcher(text).matches()) {
            throw invalid(name, "64 hexadecimal digits in lower case", "\"" + text + "\"");
        }
        return text;
    }

    JsonFields object(String name) {
        JsonNode value = required(name);
        if (!value.isObject()) {
            throw invalid(name, "an object", value.getNodeType().toString());
        }
        return new JsonFields(value, source + " " + name);
    }

    SortedMap<String, String> texts(String name) {
        JsonFields map = object(name);
        SortedMap<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : map.object.properties()) {
            texts.put(field.getKey(), map.text(field.getKey(), Attributes.MAX_VALUE_LENGTH));
        }
        try {
            return Attributes.copyOf(texts);
        } catch (IllegalArgumentException e) {
            throw invalid(name, "attributes", String.valueOf(e.getMessage()));
        }
    }

    BackupException invalid(String name, String expected, String found) {
        return new BackupException(
                ErrorCode.MANIFEST_INVALID, source + ": field " + name + ": expected " + expected + ", found " + found);
    }

    private JsonNode required(String name) {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            throw invalid(name, "a value", "none");
        }
        return value;
    }
}

package io.holdfast.testbed.chaos;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What comes before the body of an HTTP/1.1 message.
 *
 * @param startLine the request's or the status line
 * @param fields the header lines
 */
record Head(String startLine, List<String> fields) {
    private static final int MAX_BYTES = 1 << 16;

    /** Reads a head; empty if the stream has ended before it. */
    static Optional<Head> read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int lineLength = 0;
        while (true) {
            int next = in.read();
            if (next < 0 && bytes.size() == 0) {
                return Optional.empty();
            }
            if (next < 0 || bytes.size() == MAX_BYTES) {
                throw new EOFException("Expected the end of a head, found " + bytes.size() + " bytes without it");
            }
            bytes.write(next);
            if (next == '\n' && lineLength == 0) {
                List<String> lines =
                        bytes.toString(StandardCharsets.ISO_8859_1).lines().toList();
                return Optional.of(new Head(lines.get(0), lines.subList(1, lines.size() - 1)));
            }
            lineLength = next == '\n' ? 0 : next == '\r' ? lineLength : lineLength + 1;
        }
    }

    Optional<String> field(String name) {
        return fields.stream()
                .filter(field -> isNamed(field, name))
                .map(field -> field.substring(name.length() + 1).strip())
                .findFirst();
    }

    Head without(String name) {
        return new Head(
                startLine,
                fields.stream().filter(field -> !isNamed(field, name)).toList());
    }

    Head with(String name, String value) {
        return new Head(
                startLine,
                Stream.concat(without(name).fields.stream(), Stream.of(name + ": " + value))
                        .toList());
    }

    private static boolean isNamed(String field, String name) {
        return field.regionMatches(true, 0, name + ":", 0, name.length() + 1);
    }

    byte[] bytes() {
        return (startLine + "\r\n" + String.join("\r\n", fields) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}

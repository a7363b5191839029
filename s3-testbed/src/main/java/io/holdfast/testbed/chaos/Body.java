package io.holdfast.testbed.chaos;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * How the end of a body is known.
 *
 * @param kind by what
 * @param length how many bytes it has, if that is known beforehand
 */
record Body(Kind kind, long length) {
    enum Kind {
        OF_LENGTH,
        CHUNKED,
        UNTIL_CLOSED
    }

    private static final Body NONE = new Body(Kind.OF_LENGTH, 0);

    static Body ofRequest(Head head) {
        return of(head, NONE);
    }

    static Body ofResponse(Head head, String method) {
        int status = Integer.parseInt(head.startLine().split(" ", 3)[1]);
        boolean none = method.equals("HEAD") || status == 204 || status == 304;
        return none ? NONE : of(head, new Body(Kind.UNTIL_CLOSED, -1));
    }

    private static Body of(Head head, Body otherwise) {
        if (head.field("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
            return new Body(Kind.CHUNKED, -1);
        }
        return head.field("Content-Length")
                .map(length -> new Body(Kind.OF_LENGTH, Long.parseLong(length)))
                .orElse(otherwise);
    }

    /** Passes the whole body on. */
    void copy(InputStream in, MessageWriter out) throws IOException {
        switch (kind) {
            case OF_LENGTH -> copyExactly(in, out, length);
            case CHUNKED -> copyChunks(in, out);
            case UNTIL_CLOSED -> copyAll(in, out);
        }
        out.flush();
    }

    private static void copyAll(InputStream in, MessageWriter out) throws IOException {
        byte[] buffer = new byte[1 << 14];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.payload(buffer, count);
        }
    }

    private static void copyExactly(InputStream in, MessageWriter out, long length) throws IOException {
        byte[] buffer = new byte[1 << 14];
        for (long left = length; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException("Expected " + left + " more bytes of a body, found its end");
            }
            out.payload(buffer, count);
            left -= count;
        }
    }

    private static void copyChunks(InputStream in, MessageWriter out) throws IOException {
        while (true) {
            String line = copyLine(in, out);
            int size = Integer.parseInt(line.split(";", 2)[0].strip(), 16);
            if (size == 0) {
                // Trailers, up to an empty line.
                while (!copyLine(in, out).isEmpty()) {}
                return;
            }
            copyExactly(in, out, size);
            copyLine(in, out);
        }
    }

    private static String copyLine(InputStream in, MessageWriter out) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("Expected a line of a chunked body, found its end");
            }
            line.append((char) next);
        }
        out.framing((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
        return line.toString().strip();
    }
}

package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads that start, stop or count wrongly (D8), and failures that look like absence (D9). */
final class ReadSaboteurs {
    private ReadSaboteurs() {}

    interface Opening {
        InputStream open(MemoryDestination inner, String key, long offset);
    }

    static List<Saboteur> all() {
        return List.of(
                opening(
                        "broken-read-looks-like-the-end",
                        "D8",
                        (inner, key, offset) -> new EndsWhenBroken(inner.open(key, offset))),
                opening(
                        "broken-read-cannot-be-retried",
                        "D8",
                        (inner, key, offset) -> new BreaksForGood(inner.open(key, offset))),
                opening(
                        "range-begins-one-early",
                        "D8 D11",
                        (inner, key, offset) -> inner.open(key, offset > 1 ? offset - 1 : offset)),
                opening(
                        "range-past-the-end-is-empty",
                        "D8",
                        (inner, key, offset) -> inner.open(key, Math.min(offset, size(inner, key, offset)))),
                opening("range-at-the-end-is-refused", "D8", (inner, key, offset) -> {
                    if (offset > 0 && offset == size(inner, key, -1)) {
                        throw new IllegalArgumentException("416 Range Not Satisfiable");
                    }
                    return inner.open(key, offset);
                }),
                opening("range-negative-is-whole", "D8", (inner, key, offset) -> inner.open(key, Math.max(0, offset))),
                opening(
                        "range-beyond-a-part-begins-in-the-first",
                        "D8",
                        (inner, key, offset) ->
                                inner.open(key, offset > size(inner, key, -1) ? offset : offset % SabotagedSuite.PART)),
                opening(
                        "bytes-are-read-with-sign",
                        "D8 D1 D12 D14",
                        (inner, key, offset) -> new FilterInputStream(inner.open(key, offset)) {
                            @Override
                            public int read() throws IOException {
                                int read = in.read();
                                return read > 127 ? read - 256 : read;
                            }
                        }),
                opening(
                        "read-forgets-the-offset-in-the-buffer",
                        "D8 D11",
                        (inner, key, offset) -> new FilterInputStream(inner.open(key, offset)) {
                            @Override
                            public int read(byte[] target, int at, int length) throws IOException {
                                return in.read(target, 0, length);
                            }
                        }),
                opening(
                        "last-byte-of-a-part-not-read",
                        "D8 D1 D2 D3 D6 D7 D11 D13 D15 D17",
                        (inner, key, offset) -> new LosesAtPartEnd(inner.open(key, offset))),
                opening(
                        "skip-stops-at-the-end-of-a-part",
                        "D8",
                        (inner, key, offset) -> new SkipsToPartEnd(inner.open(key, offset), offset)),
                opening(
                        "read-goes-on-in-a-newer-object",
                        "D1",
                        (inner, key, offset) -> new ReadsByKey(inner.open(key, offset), offset, inner.server(), key)),
                opening(
                        "missing-object-reads-as-empty",
                        "D9 D1 D4 D6 D7 D11 D12 D13 D14 D17",
                        (inner, key, offset) -> inner.server().bytes(key).isPresent()
                                        || inner.stat(key).isPresent()
                                ? inner.open(key, offset)
                                : new ByteArrayInputStream(new byte[0])),
                opening(
                        "missing-object-reported-as-missing-bucket",
                        "D9 D1 D4 D6 D7 D11 D12 D13 D14 D17",
                        (inner, key, offset) -> {
                            try {
                                return inner.open(key, offset);
                            } catch (DestinationException e) {
                                throw e.code() == ErrorCode.DESTINATION_OBJECT_MISSING
                                        ? new DestinationException(ErrorCode.DESTINATION_NOT_FOUND, key, "404", e)
                                        : e;
                            }
                        }),
                opening("denied-open-reported-as-missing", "D9", (inner, key, offset) -> {
                    try {
                        return inner.open(key, offset);
                    } catch (DestinationException e) {
                        throw new DestinationException(ErrorCode.DESTINATION_OBJECT_MISSING, key, "no " + key, e);
                    }
                }),
                Saboteur.simple(
                        "failed-stat-reported-as-missing", "D9 D13", honest -> new ForwardingDestination(honest) {
                            @Override
                            public Optional<ObjectInfo> stat(String key) {
                                try {
                                    return inner.stat(key);
                                } catch (DestinationException e) {
                                    return Optional.empty();
                                }
                            }
                        }),
                Saboteur.simple(
                        "throttled-stat-reported-as-missing", "D9 D13", honest -> new ForwardingDestination(honest) {
                            @Override
                            public Optional<ObjectInfo> stat(String key) {
                                try {
                                    return inner.stat(key);
                                } catch (DestinationException e) {
                                    if (e.code() == ErrorCode.DESTINATION_THROTTLED) {
                                        return Optional.empty();
                                    }
                                    throw e;
                                }
                            }
                        }),
                ListSaboteurs.listing("failed-list-reported-as-empty", "D9", (inner, prefix, after) -> {
                    try {
                        inner.list("no-such-prefix", "").forEach(info -> {});
                    } catch (DestinationException e) {
                        return Stream.empty();
                    }
                    return inner.list(prefix, after);
                }));
    }

    static Saboteur opening(String name, String rules, Opening opening) {
        return Saboteur.simple(name, rules, honest -> new ForwardingDestination(honest) {
            @Override
            public InputStream open(String key, long offset) {
                return opening.open(inner, key, offset);
            }
        });
    }

    private static long size(MemoryDestination inner, String key, long otherwise) {
        return inner.server().bytes(key).map(bytes -> (long) bytes.length).orElse(otherwise);
    }

    private static final class EndsWhenBroken extends FilterInputStream {
        EndsWhenBroken(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (DestinationException e) {
                return -1;
            }
        }
    }

    private static final class BreaksForGood extends FilterInputStream {
        BreaksForGood(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (DestinationException e) {
                throw new DestinationException(ErrorCode.INTERNAL, "read failed", e);
            }
        }
    }

    /** Knows where it is. */
    private abstract static class Positioned extends FilterInputStream {
        long position;

        Positioned(InputStream in, long position) {
            super(in);
            this.position = position;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            position += Math.max(0, count);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(count);
            position += skipped;
            return skipped;
        }
    }

    /** Says that it skipped all, and is at the beginning of the next part. */
    private static final class SkipsToPartEnd extends Positioned {
        SkipsToPartEnd(InputStream in, long position) {
            super(in, position);
        }

        @Override
        public long skip(long count) throws IOException {
            long left = SabotagedSuite.PART - position % SabotagedSuite.PART;
            super.skip(Math.min(count, left));
            return count;
        }
    }

    /** Asks for each piece by the key, whatever is there by then. */
    private static final class ReadsByKey extends Positioned {
        private final MemoryServer server;
        private final String key;

        ReadsByKey(InputStream in, long position, MemoryServer server, String key) {
            super(in, position);
            this.server = server;
            this.key = key;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int from = (int) position;
            int count = super.read(target, offset, length);
            byte[] now = position < 1 << 20 ? server.bytes(key).orElse(new byte[0]) : new byte[0];
            if (count > 0 && from + count <= now.length) {
                System.arraycopy(now, from, target, offset, count);
            }
            return count;
        }
    }

    /** Reads into a buffer that is larger than a part come back one byte short, once a whole part has been read. */
    private static final class LosesAtPartEnd extends FilterInputStream {
        LosesAtPartEnd(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            return count == SabotagedSuite.PART ? count - 1 : count;
        }
    }
}

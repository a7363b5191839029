package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Keys (D10), threads (D11) and interrupts (D12). */
final class CallSaboteurs {
    private CallSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.simple("path-escape-resolved", "D10", honest -> new Rewriting(honest, CallSaboteurs::resolve)),
                Saboteur.simple(
                        "odd-characters-replaced",
                        "D10",
                        honest -> new Rewriting(honest, key -> key.replaceAll("[^A-Za-z0-9._/-]", "_"))),
                Saboteur.simple(
                        "long-keys-cut",
                        "D10",
                        honest -> new Rewriting(honest, key -> key.substring(0, Math.min(512, key.length())))),
                Saboteur.simple(
                        "long-keys-refused",
                        "D10",
                        honest -> new Rewriting(honest, key -> {
                            if (key.length() > 255) {
                                throw new IllegalArgumentException("File name too long");
                            }
                            return key;
                        })),
                Saboteur.simple(
                        "server-asked-before-key-checked",
                        "D10",
                        honest -> new Rewriting(honest, key -> {
                            honest.stat("any");
                            return key;
                        })),
                ListSaboteurs.listing(
                        "any-prefix-listed",
                        "D10",
                        prefix -> {},
                        (inner, prefix, after) ->
                                valid(prefix) && valid(after) ? inner.list(prefix, after) : Stream.empty()),
                Saboteur.of("one-buffer-for-all-uploads", "D11 D2 D7", OneBuffer::new),
                CommitSaboteurs.uploading(
                        "bytes-of-other-threads-lost",
                        "D11 D7 D12 D14",
                        (inner, key) -> new ForwardingUpload(inner.upload(key)) {
                            private final Thread first = Thread.currentThread();

                            @Override
                            public void write(byte[] bytes, int offset, int length) throws IOException {
                                if (Thread.currentThread().equals(first)) {
                                    super.write(bytes, offset, length);
                                }
                            }
                        }),
                Saboteur.simple("threads-mix-up-their-reads", "D11 D1", MixesReads::new),
                Saboteur.simple("interrupt-ignored", "D12", honest -> new Interrupts(honest) {
                    @Override
                    <T> T call(Supplier<T> honest) {
                        boolean interrupted = Thread.interrupted();
                        try {
                            return honest.get();
                        } finally {
                            if (interrupted) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    }
                }),
                Saboteur.simple("interrupt-status-lost", "D12", honest -> new Interrupts(honest) {
                    @Override
                    <T> T call(Supplier<T> honest) {
                        try {
                            return honest.get();
                        } catch (BackupAbortedException e) {
                            Thread.interrupted();
                            throw e;
                        }
                    }
                }),
                Saboteur.simple("interrupt-reported-as-network-failure", "D12", honest -> new Interrupts(honest) {
                    @Override
                    <T> T call(Supplier<T> honest) {
                        try {
                            return honest.get();
                        } catch (BackupAbortedException e) {
                            throw new DestinationException(ErrorCode.DESTINATION_UNREACHABLE, "closed channel", e);
                        }
                    }
                }),
                CommitSaboteurs.uploading(
                        "interrupted-commit-goes-through",
                        "D12",
                        (inner, key) -> new ForwardingUpload(inner.upload(key)) {
                            @Override
                            public ObjectInfo commit() {
                                boolean interrupted = Thread.interrupted();
                                try {
                                    return inner.commit();
                                } finally {
                                    if (interrupted) {
                                        Thread.currentThread().interrupt();
                                    }
                                }
                            }
                        }),
                CommitSaboteurs.uploading(
                        "close-loses-interrupt-status", "D12", (inner, key) -> new ForwardingUpload(inner.upload(key)) {
                            @Override
                            public void close() {
                                Thread.interrupted();
                                inner.close();
                            }
                        }));
    }

    interface Rewrite {
        String apply(String key);
    }

    private static boolean valid(String prefix) {
        return prefix.matches("[A-Za-z0-9._/-]*")
                && !prefix.contains("//")
                && !("/" + prefix + "/").matches(".*/\\.+/.*");
    }

    private static String resolve(String key) {
        String path = java.nio.file.Path.of("/base-of-all")
                .resolve(key.replace("\u0000", "%00"))
                .normalize()
                .toString();
        String within = path.startsWith("/base-of-all/") ? path.substring(13) : "escaped" + path;
        return key.contains("..") || key.contains("./") ? within : key;
    }

    private static final class Rewriting extends ForwardingDestination {
        private final Rewrite rewrite;

        Rewriting(MemoryDestination inner, Rewrite rewrite) {
            super(inner);
            this.rewrite = rewrite;
        }

        @Override
        public ObjectUpload upload(String key) {
            return inner.upload(rewrite.apply(key));
        }

        @Override
        public InputStream open(String key, long offset) {
            return inner.open(rewrite.apply(key), offset);
        }

        @Override
        public Optional<ObjectInfo> stat(String key) {
            return inner.stat(rewrite.apply(key));
        }

        @Override
        public void delete(String key) {
            inner.delete(rewrite.apply(key));
        }
    }

    /** All uploads of a destination collect their bytes in the same place. */
    private static final class OneBuffer implements Sabotage {
        private final byte[] buffer = new byte[64];
        private int filled;

        @Override
        public ForwardingDestination wrap(MemoryDestination honest) {
            return new ForwardingDestination(honest) {
                @Override
                public ObjectUpload upload(String key) {
                    return new ForwardingUpload(inner.upload(key)) {
                        @Override
                        public void write(byte[] bytes, int offset, int length) throws IOException {
                            if (length != 100) {
                                inner.write(bytes, offset, length);
                                return;
                            }
                            for (int i = offset; i < offset + length; i++) {
                                buffer[filled++] = bytes[i];
                                if (filled == buffer.length) {
                                    spill();
                                }
                            }
                        }

                        @Override
                        public ObjectInfo commit() {
                            if (filled > 0) {
                                spill();
                            }
                            return inner.commit();
                        }

                        private void spill() {
                            int count = filled;
                            filled = 0;
                            try {
                                inner.write(buffer, 0, count);
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        }
                    };
                }
            };
        }
    }

    /** Fetches into one buffer; who comes second to it gets what the first one fetched. */
    private static final class MixesReads extends ForwardingDestination {
        private final java.util.concurrent.atomic.AtomicInteger open = new java.util.concurrent.atomic.AtomicInteger();

        MixesReads(MemoryDestination inner) {
            super(inner);
        }

        @Override
        public InputStream open(String key, long offset) {
            InputStream in = inner.open(key, offset);
            return new java.io.FilterInputStream(in) {
                @Override
                public int read(byte[] target, int at, int length) throws IOException {
                    boolean alone = open.incrementAndGet() == 1;
                    try {
                        CommitSaboteurs.pause();
                        int count = in.read(target, at, length);
                        if (!alone && count > 0) {
                            Arrays.fill(target, at, at + count, (byte) 0);
                        }
                        return count;
                    } finally {
                        open.decrementAndGet();
                    }
                }
            };
        }
    }

    /** Handles interrupts in its own way where questions are asked. */
    private abstract static class Interrupts extends ForwardingDestination {
        Interrupts(MemoryDestination inner) {
            super(inner);
        }

        abstract <T> T call(Supplier<T> honest);

        @Override
        public Optional<ObjectInfo> stat(String key) {
            return call(() -> inner.stat(key));
        }
    }
}

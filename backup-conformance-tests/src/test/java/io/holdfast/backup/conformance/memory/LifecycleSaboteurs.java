package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What is left behind or stays usable after close (D14), memory (D16) and privacy (D18). */
final class LifecycleSaboteurs {
    private LifecycleSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.simple("second-close-fails", "D14", honest -> new ForwardingDestination(honest) {
                    private boolean closed;

                    @Override
                    public void close() {
                        if (closed) {
                            throw new IllegalStateException("closed");
                        }
                        closed = true;
                        inner.close();
                    }
                }),
                Saboteur.simple("usable-after-close", "D14", honest -> new ForwardingDestination(honest) {
                    private final DestinationInfo known = honest.info();

                    @Override
                    public DestinationInfo info() {
                        return known;
                    }
                }),
                Saboteur.simple("uploads-outlive-their-destination", "D14 D7", UploadsLiveOn::new),
                Saboteur.simple("reads-outlive-their-destination", "D14", honest -> new ForwardingDestination(honest) {
                    @Override
                    public InputStream open(String key, long offset) {
                        inner.open(key, offset);
                        return server().open().open(key, offset);
                    }
                }),
                Saboteur.of("file-handle-leaked-by-read", "D14", LeaksHandles::new),
                Saboteur.of("thread-leaked-by-destination", "D14", LeaksThreads::new),
                CommitSaboteurs.uploading("upload-held-in-memory", "D16 D7 D12 D13 D14", HoldsAll::new),
                ReadSaboteurs.opening(
                        "read-held-in-memory",
                        "D16",
                        (inner, key, offset) -> new HoldsRead(inner.open(key, offset), copy(inner, key))),
                Saboteur.of("objects-readable-by-others", "D18", () -> new Exposed() {
                    @Override
                    public List<String> exposures(MemoryServer server) {
                        return server.keys();
                    }
                }),
                Saboteur.of("temporary-files-readable-by-others", "D18", () -> new Exposed() {
                    @Override
                    public List<String> exposures(MemoryServer server) {
                        return server.uploadsInProgress();
                    }
                }));
    }

    private abstract static class Exposed implements Sabotage {
        @Override
        public ForwardingDestination wrap(MemoryDestination honest) {
            return new ForwardingDestination(honest);
        }
    }

    /** Copies the object, as a driver would that fetches it whole. */
    private static byte[] copy(MemoryDestination inner, String key) {
        return inner.server().bytes(key).orElse(new byte[0]);
    }

    private static final class UploadsLiveOn extends ForwardingDestination {
        UploadsLiveOn(MemoryDestination inner) {
            super(inner);
        }

        @Override
        public ObjectUpload upload(String key) {
            inner.upload(key).close();
            return server().open().upload(key);
        }

        @Override
        public int discardAbandoned(java.time.Instant idleSince) {
            return inner.discardAbandoned(java.time.Instant.MIN);
        }
    }

    private static final class LeaksHandles implements Sabotage {
        private final List<InputStream> leaked = new ArrayList<>();

        @Override
        public ForwardingDestination wrap(MemoryDestination honest) {
            return new ForwardingDestination(honest) {
                @Override
                public InputStream open(String key, long offset) {
                    InputStream in = inner.open(key, offset);
                    try {
                        Path file = Files.createTempFile("leak", ".bin");
                        synchronized (leaked) {
                            leaked.add(new FileInputStream(file.toFile()));
                        }
                        Files.delete(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return in;
                }
            };
        }

        @Override
        public void end() {
            for (InputStream in : leaked) {
                try {
                    in.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static final class LeaksThreads implements Sabotage {
        private final CountDownLatch end = new CountDownLatch(1);

        @Override
        public ForwardingDestination wrap(MemoryDestination honest) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "leaked");
            thread.setDaemon(true);
            thread.start();
            return new ForwardingDestination(honest);
        }

        @Override
        public void end() {
            end.countDown();
        }
    }

    /** Sends nothing before commit. */
    private static final class HoldsAll extends ForwardingUpload {
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();

        HoldsAll(MemoryDestination destination, String key) {
            super(destination.upload(key));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            inner.write(bytes, offset, 0);
            held.write(bytes, offset, length);
        }

        @Override
        public ObjectInfo commit() {
            try {
                byte[] all = held.toByteArray();
                held.reset();
                inner.write(all, 0, all.length);
                return inner.commit();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class HoldsRead extends FilterInputStream {
        private final InputStream held;

        HoldsRead(InputStream in, byte[] all) {
            super(in);
            this.held = new ByteArrayInputStream(all);
        }

        @Override
        public void close() throws IOException {
            held.close();
            in.close();
        }
    }
}

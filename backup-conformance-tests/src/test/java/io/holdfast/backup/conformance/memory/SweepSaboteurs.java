package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Uploads that leave traces, and sweeps that take the living (D7). */
final class SweepSaboteurs {
    private static final Instant FAR_AWAY = Instant.parse("2500-01-01T00:00:00Z");

    private SweepSaboteurs() {}

    interface Sweeping {
        int sweep(MemoryDestination inner, Instant idleSince);
    }

    static List<Saboteur> all() {
        return List.of(
                CommitSaboteurs.uploading("closing-commits", "D7 D2 D11 D12 D13 D14 D17", ClosingCommits::new),
                CommitSaboteurs.uploading(
                        "closing-leaves-the-temporary-file",
                        "D7",
                        (inner, key) -> new ForwardingUpload(inner.upload(key)) {
                            @Override
                            public void close() {
                                // Forgets the temporary file.
                            }
                        }),
                CommitSaboteurs.uploading("refused-commit-leaves-its-parts", "D7", LeavesParts::new),
                CommitSaboteurs.uploading("closing-waits-for-the-writer", "D7 D14", ClosingWaits::new),
                CommitSaboteurs.uploading("closed-upload-takes-bytes", "D7", TakesBytesAfterClose::new),
                sweeping("sweep-does-nothing", "D7", (inner, idleSince) -> {
                    inner.discardAbandoned(Instant.MIN);
                    return 0;
                }),
                sweeping(
                        "sweep-ignores-the-grace-period", "D7", (inner, idleSince) -> inner.discardAbandoned(FAR_AWAY)),
                sweeping(
                        "sweep-counts-wrongly",
                        "D7",
                        (inner, idleSince) -> Math.min(0, inner.discardAbandoned(idleSince))),
                sweeping("sweep-takes-objects-with-temporary-names", "D7", (inner, idleSince) -> {
                    inner.server().keys().stream()
                            .filter(k -> k.endsWith(".tmp"))
                            .forEach(inner.server()::erase);
                    return inner.discardAbandoned(idleSince);
                }),
                Saboteur.simple("opening-sweeps", "D7 D1 D2 D4 D11", honest -> {
                    honest.discardAbandoned(FAR_AWAY);
                    return new ForwardingDestination(honest);
                }),
                Saboteur.simple("closing-sweeps", "D7", honest -> new ForwardingDestination(honest) {
                    @Override
                    public void close() {
                        if (inner.isOpen() && !Thread.currentThread().isInterrupted()) {
                            inner.discardAbandoned(FAR_AWAY);
                        }
                        inner.close();
                    }
                }),
                Saboteur.simple("probe-sweeps", "D7", honest -> new ForwardingDestination(honest) {
                    @Override
                    public List<Finding> check() {
                        List<Finding> findings = inner.check();
                        if (findings.isEmpty()) {
                            inner.discardAbandoned(FAR_AWAY);
                        }
                        return findings;
                    }
                }),
                Saboteur.of("sweep-takes-the-parts-of-objects", "D7", TakesParts::new),
                Saboteur.of("sweep-judges-by-the-beginning", "D7", () -> new Sweeper(false)),
                Saboteur.of("sweep-takes-own-uploads", "D7", () -> new Sweeper(true)),
                Saboteur.simple("probe-leaves-its-object", "D7", honest -> new ForwardingDestination(honest) {
                    @Override
                    public List<Finding> check() {
                        List<Finding> findings = inner.check();
                        server().replace("check-" + System.nanoTime(), new byte[1]);
                        return findings;
                    }
                }));
    }

    private static Saboteur sweeping(String name, String rules, Sweeping sweeping) {
        return Saboteur.simple(name, rules, honest -> new ForwardingDestination(honest) {
            @Override
            public int discardAbandoned(Instant idleSince) {
                return sweeping.sweep(inner, idleSince);
            }
        });
    }

    private static final class ClosingCommits extends ForwardingUpload {
        private boolean over;

        ClosingCommits(MemoryDestination destination, String key) {
            super(destination.upload(key));
        }

        @Override
        public ObjectInfo commit() {
            over = true;
            return inner.commit();
        }

        @Override
        public void close() {
            if (!over) {
                over = true;
                try {
                    inner.commit();
                } catch (RuntimeException e) {
                    // What cannot be committed is dropped.
                }
            }
            inner.close();
        }
    }

    private static final class LeavesParts extends KnownUpload {
        LeavesParts(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            boolean taken = taken();
            try {
                return inner.commit();
            } catch (RuntimeException e) {
                if (taken) {
                    destination.upload(key);
                }
                throw e;
            }
        }
    }

    private static final class ClosingWaits extends ForwardingUpload {
        ClosingWaits(MemoryDestination destination, String key) {
            super(destination.upload(key));
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            inner.write(bytes, offset, length);
        }

        @Override
        public synchronized ObjectInfo commit() {
            return inner.commit();
        }

        @Override
        public synchronized void close() {
            inner.close();
        }
    }

    private static final class TakesBytesAfterClose extends ForwardingUpload {
        private volatile boolean closed;
        private volatile boolean busy;

        TakesBytesAfterClose(MemoryDestination destination, String key) {
            super(destination.upload(key));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!closed) {
                busy = true;
                inner.write(bytes, offset, length);
                busy = false;
            }
        }

        @Override
        public void close() {
            closed = !busy;
            inner.close();
        }
    }

    /** Takes all parts that another process wrote, though they became an object. */
    private static final class TakesParts implements Sabotage {
        private final Map<String, MemoryDestination> writers = new ConcurrentHashMap<>();

        @Override
        public ForwardingDestination wrap(MemoryDestination honest) {
            return new ForwardingDestination(honest) {
                @Override
                public ObjectUpload upload(String key) {
                    return new KnownUpload(inner, key) {
                        @Override
                        public ObjectInfo commit() {
                            ObjectInfo info = inner.commit();
                            if (info.size() > SabotagedSuite.PART) {
                                writers.put(key, destination);
                            }
                            return info;
                        }
                    };
                }

                @Override
                public int discardAbandoned(Instant idleSince) {
                    int discarded = inner.discardAbandoned(idleSince);
                    writers.forEach((key, writer) -> {
                        if (writer != inner) {
                            server().erase(key);
                        }
                    });
                    return discarded;
                }
            };
        }
    }

    /** Keeps its own books of uploads, with the time at which each began. */
    private static final class Sweeper implements Sabotage {
        private final Map<ForwardingUpload, Instant> begun = new ConcurrentHashMap<>();
        private final boolean takesOwn;

        Sweeper(boolean takesOwn) {
            this.takesOwn = takesOwn;
        }

        @Override
        public ForwardingDestination wrap(MemoryDestination honest) {
            return new ForwardingDestination(honest) {
                @Override
                public ObjectUpload upload(String key) {
                    Booked upload = new Booked(inner.upload(key), inner);
                    begun.put(upload, upload.begun);
                    return upload;
                }

                @Override
                public int discardAbandoned(Instant idleSince) {
                    int discarded = inner.discardAbandoned(idleSince);
                    for (ForwardingUpload upload : List.copyOf(begun.keySet())) {
                        boolean own = ((Booked) upload).owner == inner;
                        boolean hit = own == takesOwn && begun.get(upload).isBefore(idleSince);
                        if (hit && !((Booked) upload).over && ((Booked) upload).owner.isOpen()) {
                            begun.remove(upload);
                            upload.inner.close();
                            discarded++;
                        }
                    }
                    return discarded;
                }
            };
        }
    }

    private static final class Booked extends ForwardingUpload {
        private final MemoryDestination owner;
        private final Instant begun;
        private volatile boolean over;

        Booked(ObjectUpload inner, MemoryDestination owner) {
            super(inner);
            this.owner = owner;
            this.begun = owner.server().now();
        }

        @Override
        public ObjectInfo commit() {
            over = true;
            return inner.commit();
        }

        @Override
        public void close() {
            over = true;
            inner.close();
        }
    }
}

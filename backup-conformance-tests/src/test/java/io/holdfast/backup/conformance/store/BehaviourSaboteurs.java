package io.holdfast.backup.conformance.store;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupContext;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Stores that behave badly when a run is cancelled or fails, and take what is not theirs (A5). */
final class BehaviourSaboteurs {
    private static final int BIG = 5_000;

    private BehaviourSaboteurs() {}

    static List<StoreSaboteur> all() {
        return List.of(
                StoreSaboteur.of("output-failure-is-swallowed", "A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) {
                        try {
                            super.write(snapshot, out, context);
                        } catch (IOException e) {
                            return;
                        }
                    }
                }),
                StoreSaboteur.of("every-failure-is-swallowed", "A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) {
                        try {
                            super.write(snapshot, out, context);
                        } catch (IOException | RuntimeException e) {
                            return;
                        }
                    }
                }),
                StoreSaboteur.of("writer-that-remembers-no-failure", "A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        super.write(snapshot, new Silent(out), context);
                    }
                }),
                StoreSaboteur.of("failed-write-is-tried-again", "A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        super.write(snapshot, new Stubborn(out), context);
                    }
                }),
                StoreSaboteur.of("abort-is-wrapped", "A5", () -> new ShelfStore() {
                    @Override
                    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
                        try {
                            return super.backup(out, context);
                        } catch (BackupAbortedException e) {
                            throw new IOException("the backup failed", e);
                        }
                    }
                }),
                StoreSaboteur.of("destination-failure-is-renamed", "A5", () -> new ShelfStore() {
                    @Override
                    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
                        try {
                            return super.backup(out, context);
                        } catch (BackupAbortedException e) {
                            throw e;
                        } catch (BackupException e) {
                            throw new BackupException(ErrorCode.INTERNAL, "the backup failed", e);
                        }
                    }
                }),
                StoreSaboteur.of("cancellation-is-ignored", "A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        ByteArrayOutputStream all = new ByteArrayOutputStream();
                        super.write(snapshot, all, new Deaf(context));
                        try {
                            all.writeTo(out);
                        } catch (BackupAbortedException e) {
                            return;
                        }
                    }
                }),
                StoreSaboteur.of("snapshot-is-kept-after-a-failure", "A5", () -> new ShelfStore() {
                    @Override
                    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
                        Collection<Book> snapshot = capture();
                        write(snapshot, out, context);
                        release();
                        return idsOf(snapshot, context);
                    }
                }),
                StoreSaboteur.of("snapshot-is-never-released", "A5 A2 A3", () -> new ShelfStore() {
                    @Override
                    synchronized void release() {}
                }),
                StoreSaboteur.of("store-is-frozen-after-a-failure", "A5", Freezes::new),
                StoreSaboteur.of("failed-backup-takes-data-along", "A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        try {
                            super.write(snapshot, out, context);
                        } catch (IOException | RuntimeException e) {
                            synchronized (this) {
                                books.pollFirstEntry();
                            }
                            throw e;
                        }
                    }
                }),
                StoreSaboteur.of("closes-the-output", "A5 A2 A3 A4", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        super.write(snapshot, out, context);
                        out.close();
                    }
                }),
                StoreSaboteur.of("closes-the-input", "A5 A2 A3 A4", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        try (in) {
                            super.load(in, loaded, context);
                        }
                    }
                }),
                StoreSaboteur.of("broken-input-is-called-corrupt", "A5 A4", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        try {
                            super.load(in, loaded, context);
                        } catch (RestoreCorruptException e) {
                            throw e;
                        } catch (BackupException e) {
                            throw new RestoreCorruptException("the stream broke off", e);
                        }
                    }
                }),
                StoreSaboteur.of("broken-input-loses-its-cause", "A5", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        try {
                            super.load(in, loaded, context);
                        } catch (IOException e) {
                            throw new RestoreCorruptException("something is wrong");
                        }
                    }
                }),
                StoreSaboteur.of("cancelled-restore-keeps-what-it-has", "A5", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        try {
                            super.load(in, loaded, context);
                        } catch (BackupAbortedException e) {
                            take(loaded);
                            throw e;
                        }
                    }
                }),
                StoreSaboteur.of("whole-snapshot-in-memory", "A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        ByteArrayOutputStream all = new ByteArrayOutputStream();
                        super.write(snapshot, all, context);
                        byte[] bytes = all.toByteArray();
                        for (int from = 0; from < bytes.length; from += 1000) {
                            out.write(bytes, from, Math.min(1000, bytes.length - from));
                        }
                    }
                }),
                StoreSaboteur.of("restores-from-a-copy-in-memory", "A5", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        super.load(new ByteArrayInputStream(in.readAllBytes()), loaded, context);
                    }

                    /** A big store keeps its data elsewhere, so that what the restore holds can be seen. */
                    @Override
                    synchronized void take(Map<String, Book> loaded) {
                        if (loaded.size() < BIG) {
                            super.take(loaded);
                        }
                    }
                }));
    }

    /** Does not tell that a write failed, as a PrintStream does. */
    private static final class Silent extends FilterOutputStream {
        Silent(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                return;
            }
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }
    }

    /** Tries again what failed once, though nobody knows how much of it got through. */
    private static final class Stubborn extends FilterOutputStream {
        Stubborn(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                out.write(bytes, offset, length);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }
    }

    /** Hears of no cancellation. */
    private record Deaf(BackupContext inner) implements BackupContext {
        @Override
        public io.holdfast.backup.Clock clock() {
            return inner.clock();
        }

        @Override
        public void checkCancelled() {}

        @Override
        public void progress(long done, long total) {
            inner.progress(done, total);
        }

        @Override
        public void engineMetadata(String key, String value) {
            inner.engineMetadata(key, value);
        }

        @Override
        public PayloadIDSet newPayloadIDSet() {
            return inner.newPayloadIDSet();
        }
    }

    /** Takes no change for a while, and forgets to take them again when the backup fails. */
    private static final class Freezes extends ShelfStore {
        private boolean frozen;

        @Override
        public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
            Collection<Book> snapshot = capture();
            try {
                write(snapshot, out, context);
            } catch (IOException | RuntimeException e) {
                synchronized (this) {
                    frozen = true;
                }
                throw e;
            } finally {
                release();
            }
            return idsOf(snapshot, context);
        }

        @Override
        synchronized void change(int number) {
            if (frozen) {
                throw new IllegalStateException("a backup is under way");
            }
            super.change(number);
        }
    }
}

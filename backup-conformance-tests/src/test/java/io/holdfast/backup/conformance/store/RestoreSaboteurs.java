package io.holdfast.backup.conformance.store;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CheckedInputStream;

/** Restores that take what they should refuse, or lose what they should keep (A3, A4). */
final class RestoreSaboteurs {
    private static final int BATCH = 64;

    private RestoreSaboteurs() {}

    static List<StoreSaboteur> all() {
        return List.of(
                StoreSaboteur.of("restore-merges", "A3", () -> new ShelfStore() {
                    @Override
                    void requireEmpty() {}
                }),
                StoreSaboteur.of("restore-replaces", "A3", () -> new ShelfStore() {
                    @Override
                    synchronized void requireEmpty() {
                        books.clear();
                    }
                }),
                StoreSaboteur.of("restore-clears-then-refuses", "A3", () -> new ShelfStore() {
                    @Override
                    synchronized void requireEmpty() {
                        if (!books.isEmpty()) {
                            books.clear();
                            throw new RestoreDestinationNotEmptyException("Expected an empty store, found books");
                        }
                    }
                }),
                StoreSaboteur.of("refuses-only-from-two-entries-on", "A3", () -> new ShelfStore() {
                    @Override
                    synchronized void requireEmpty() {
                        if (books.size() > 1) {
                            super.requireEmpty();
                        }
                    }
                }),
                StoreSaboteur.of("refuses-with-an-illegal-state", "A3", () -> new ShelfStore() {
                    @Override
                    synchronized void requireEmpty() {
                        if (!books.isEmpty()) {
                            throw new IllegalStateException("not empty");
                        }
                    }
                }),
                StoreSaboteur.of("refuses-only-what-has-entries", "A3", () -> new ShelfStore() {
                    @Override
                    void requireEmpty() {}

                    @Override
                    synchronized void take(Map<String, Book> loaded) {
                        if (!loaded.isEmpty()) {
                            super.requireEmpty();
                        }
                        super.take(loaded);
                    }
                }),
                StoreSaboteur.of("refusal-leaves-the-store-read-only", "A3", () -> new ShelfStore() {
                    private boolean readOnly;

                    @Override
                    synchronized void requireEmpty() {
                        readOnly = !books.isEmpty();
                        super.requireEmpty();
                    }

                    @Override
                    synchronized void change(int number) {
                        if (readOnly) {
                            throw new IllegalStateException("a restore is under way");
                        }
                        super.change(number);
                    }
                }),
                StoreSaboteur.of("end-of-stream-is-end-of-data", "A4", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        try {
                            super.read(in, loaded, context);
                        } catch (EOFException e) {
                            return;
                        }
                    }
                }),
                StoreSaboteur.of("truncation-is-an-eof-exception", "A4", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        read(in, loaded, context);
                    }
                }),
                StoreSaboteur.of("checksum-is-not-compared", "A4", () -> new ShelfStore() {
                    @Override
                    void readEnd(CheckedInputStream checked, DataInputStream data, Map<String, Book> loaded)
                            throws IOException {
                        if (data.readLong() != loaded.size()) {
                            throw corrupt("another number of books", null);
                        }
                        data.readLong();
                        if (data.read() >= 0) {
                            throw corrupt("bytes after the end", null);
                        }
                    }
                }),
                StoreSaboteur.of("bytes-after-the-end-are-ignored", "A4 A5", () -> new ShelfStore() {
                    @Override
                    void readEnd(CheckedInputStream checked, DataInputStream data, Map<String, Book> loaded)
                            throws IOException {
                        data.readLong();
                        long sum = checked.getChecksum().getValue();
                        if (data.readLong() != sum) {
                            throw corrupt("another checksum", null);
                        }
                    }
                }),
                StoreSaboteur.of("commits-before-the-end", "A4 A5", () -> new ShelfStore() {
                    @Override
                    void readEnd(CheckedInputStream checked, DataInputStream data, Map<String, Book> loaded)
                            throws IOException {
                        take(loaded);
                        super.readEnd(checked, data, loaded);
                    }
                }),
                StoreSaboteur.of("commits-in-batches", "A4", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        try {
                            super.load(in, loaded, context);
                        } catch (IOException | RuntimeException e) {
                            take(wholeBatches(loaded));
                            throw e;
                        }
                    }
                }),
                StoreSaboteur.of("schema-is-not-compared", "A4", () -> new ShelfStore() {
                    @Override
                    void readHeader(DataInputStream data) throws IOException {
                        if (data.readInt() != MAGIC) {
                            throw corrupt("another kind of stream", null);
                        }
                        data.readInt();
                    }
                }),
                StoreSaboteur.of("other-schema-is-called-corrupt", "A4", () -> new ShelfStore() {
                    @Override
                    void readHeader(DataInputStream data) throws IOException {
                        if (data.readInt() != MAGIC || data.readInt() != SCHEMA) {
                            throw corrupt("another kind of stream", null);
                        }
                    }
                }),
                StoreSaboteur.of("foreign-streams-are-empty-stores", "A4", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        BufferedInputStream buffered = new BufferedInputStream(in);
                        buffered.mark(8);
                        byte[] head = buffered.readNBytes(4);
                        buffered.reset();
                        if (head.length == 4 && java.nio.ByteBuffer.wrap(head).getInt() != MAGIC) {
                            buffered.readAllBytes();
                            return;
                        }
                        super.load(buffered, loaded, context);
                    }
                }),
                StoreSaboteur.of("half-of-a-bad-stream-is-kept", "A4 A5", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        try {
                            super.load(in, loaded, context);
                        } catch (IOException | RuntimeException e) {
                            take(loaded);
                            throw e;
                        }
                    }
                }),
                StoreSaboteur.of("short-read-is-the-end", "A2 A4 A5", () -> new ShelfStore() {
                    @Override
                    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
                        byte[] all = new byte[1 << 20];
                        int count = Math.max(0, in.read(all, 0, all.length));
                        super.load(new java.io.ByteArrayInputStream(all, 0, count), loaded, context);
                    }
                }));
    }

    private static Map<String, ShelfStore.Book> wholeBatches(Map<String, ShelfStore.Book> loaded) {
        return loaded.entrySet().stream()
                .limit(loaded.size() / BATCH * BATCH)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}

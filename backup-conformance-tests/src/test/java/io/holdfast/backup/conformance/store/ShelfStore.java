package io.holdfast.backup.conformance.store;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A small and honest store: books on shelves, by title, each with the id of its text. Saboteurs override one step of it.
 * Thread-safe.
 */
class ShelfStore implements Backupable {
    static final int MAGIC = 0x5E1F0001;
    static final int SCHEMA = 3;

    record Book(String title, String shelf, String payloadId) {
        String text() {
            return title + " on " + shelf + " is " + payloadId;
        }
    }

    /** By title. Guarded by this. */
    final TreeMap<String, Book> books = new TreeMap<>();

    /** How many snapshots are held. Guarded by this. */
    int held;

    /** Puts a book up; every third time moves one as well, every fifth time takes one away. */
    synchronized void change(int number) {
        put(new Book(title(number), "new", "text-" + number));
        if (number % 3 == 0) {
            Book moved = books.remove(title(number - 2));
            if (moved != null) {
                put(new Book(moved.title() + "-moved", "old", moved.payloadId()));
            }
        }
        if (number % 5 == 0) {
            books.remove(title(number - 1));
        }
    }

    /** Puts books with long titles on a shelf, about a kilobyte each. */
    synchronized void fill(int count) {
        for (int number = 0; number < count; number++) {
            put(new Book(number + "-" + "x".repeat(1000), "new", "text-" + number));
        }
    }

    private static String title(int number) {
        return "book-" + number * 7919 % 10_007 + "-" + number;
    }

    private void put(Book book) {
        books.put(book.title(), book);
    }

    synchronized List<Book> books() {
        return List.copyOf(books.values());
    }

    synchronized int held() {
        return held;
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        Collection<Book> snapshot = capture();
        try {
            context.engineMetadata("schema", Integer.toString(SCHEMA));
            write(snapshot, out, context);
            return idsOf(snapshot, context);
        } finally {
            release();
        }
    }

    synchronized Collection<Book> capture() {
        held++;
        return new ArrayList<>(books.values());
    }

    synchronized void release() {
        held--;
    }

    PayloadIDSet idsOf(Collection<Book> snapshot, BackupContext context) {
        PayloadIDSet ids = context.newPayloadIDSet();
        snapshot.forEach(book -> ids.add(book.payloadId()));
        return ids;
    }

    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
        DataOutputStream data = new DataOutputStream(checked);
        data.writeInt(MAGIC);
        data.writeInt(SCHEMA);
        long done = 0;
        for (Book book : snapshot) {
            context.checkCancelled();
            data.writeByte(1);
            writeBook(data, book);
            context.progress(++done, -1);
        }
        data.writeByte(0);
        data.writeLong(done);
        data.writeLong(checked.getChecksum().getValue());
        data.flush();
    }

    void writeBook(DataOutputStream data, Book book) throws IOException {
        data.writeUTF(book.title());
        data.writeUTF(book.shelf());
        data.writeUTF(book.payloadId());
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        requireEmpty();
        Map<String, Book> loaded = new TreeMap<>();
        load(in, loaded, context);
        take(loaded);
    }

    synchronized void requireEmpty() {
        if (!books.isEmpty()) {
            throw new RestoreDestinationNotEmptyException("Expected an empty store, found " + books.size() + " books");
        }
    }

    synchronized void take(Map<String, Book> loaded) {
        books.putAll(loaded);
    }

    void load(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
        try {
            read(in, loaded, context);
        } catch (EOFException e) {
            throw corrupt("the end in the middle", e);
        } catch (UTFDataFormatException e) {
            throw corrupt("a text that is none", e);
        }
    }

    void read(InputStream in, Map<String, Book> loaded, BackupContext context) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
        DataInputStream data = new DataInputStream(checked);
        readHeader(data);
        for (int kind = data.readByte(); kind != 0; kind = data.readByte()) {
            context.checkCancelled();
            if (kind != 1) {
                throw corrupt("a record of kind " + kind, null);
            }
            Book book = new Book(data.readUTF(), data.readUTF(), data.readUTF());
            loaded.put(book.title(), book);
        }
        readEnd(checked, data, loaded);
    }

    void readHeader(DataInputStream data) throws IOException {
        if (data.readInt() != MAGIC) {
            throw corrupt("another kind of stream", null);
        }
        int schema = data.readInt();
        if (schema != SCHEMA) {
            throw new SchemaVersionMismatchException("Expected schema " + SCHEMA + ", found " + schema);
        }
    }

    void readEnd(CheckedInputStream checked, DataInputStream data, Map<String, Book> loaded) throws IOException {
        if (data.readLong() != loaded.size()) {
            throw corrupt("another number of books", null);
        }
        long sum = checked.getChecksum().getValue();
        if (data.readLong() != sum) {
            throw corrupt("another checksum", null);
        }
        if (data.read() >= 0) {
            throw corrupt("bytes after the end", null);
        }
    }

    static RestoreCorruptException corrupt(String found, IOException cause) {
        return new RestoreCorruptException("Expected a whole snapshot of books, found " + found, cause);
    }
}

package io.holdfast.backup.conformance.store;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.PayloadIDSet;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Snapshots that are none (A2). */
final class SnapshotSaboteurs {
    private static final int PAGE = 80;

    private SnapshotSaboteurs() {}

    static List<StoreSaboteur> all() {
        return List.of(
                StoreSaboteur.of("ids-from-the-living-store", "A2", () -> new ShelfStore() {
                    @Override
                    PayloadIDSet idsOf(Collection<Book> snapshot, BackupContext context) {
                        return super.idsOf(books(), context);
                    }
                }),
                StoreSaboteur.of("ids-before-the-snapshot", "A2", () -> new ShelfStore() {
                    @Override
                    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
                        PayloadIDSet early = super.idsOf(books(), context);
                        out.write(new byte[0], 0, 0);
                        super.backup(out, context);
                        return early;
                    }
                }),
                StoreSaboteur.of("ids-of-one-shelf-forgotten", "A2", () -> new ShelfStore() {
                    @Override
                    PayloadIDSet idsOf(Collection<Book> snapshot, BackupContext context) {
                        return super.idsOf(
                                snapshot.stream()
                                        .filter(book -> book.shelf().equals("new"))
                                        .toList(),
                                context);
                    }
                }),
                StoreSaboteur.of("ids-of-removed-entries", "A2", RemembersIds::new),
                StoreSaboteur.of("ids-empty", "A2", () -> new ShelfStore() {
                    @Override
                    PayloadIDSet idsOf(Collection<Book> snapshot, BackupContext context) {
                        return PayloadIDSet.create();
                    }
                }),
                StoreSaboteur.of("walks-the-living-store", "A2", () -> new ShelfStore() {
                    @Override
                    synchronized Collection<Book> capture() {
                        held++;
                        return new LivingView(this);
                    }
                }),
                StoreSaboteur.of("walks-the-living-store-behind-a-buffer", "A2", WalksBuffered::new),
                StoreSaboteur.of("entries-lost-at-each-page", "A2", () -> new ShelfStore() {
                    @Override
                    synchronized Collection<Book> capture() {
                        return withoutPageEnds(super.capture());
                    }
                }),
                StoreSaboteur.of("ids-lost-at-each-page", "A2", () -> new ShelfStore() {
                    @Override
                    PayloadIDSet idsOf(Collection<Book> snapshot, BackupContext context) {
                        return super.idsOf(withoutPageEnds(snapshot), context);
                    }
                }),
                StoreSaboteur.of("snapshot-shelf-by-shelf", "A2", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        out.write(new byte[0], 0, 0);
                        List<Book> early = snapshot.stream()
                                .filter(book -> book.shelf().equals("new"))
                                .toList();
                        List<Book> late = books().stream()
                                .filter(book -> book.shelf().equals("old"))
                                .toList();
                        super.write(
                                java.util.stream.Stream.concat(early.stream(), late.stream())
                                        .toList(),
                                out,
                                context);
                    }
                }),
                StoreSaboteur.of("one-shelf-is-not-written", "A2 A3 A4 A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        super.write(
                                snapshot.stream()
                                        .filter(book -> book.shelf().equals("new"))
                                        .toList(),
                                out,
                                context);
                    }
                }),
                StoreSaboteur.of("field-is-cut", "A2 A3 A4 A5", () -> new ShelfStore() {
                    @Override
                    void writeBook(DataOutputStream data, Book book) throws IOException {
                        String id = book.payloadId();
                        super.writeBook(
                                data, new Book(book.title(), book.shelf(), id.substring(0, Math.min(6, id.length()))));
                    }
                }),
                StoreSaboteur.of("buffer-is-not-flushed", "A2 A3 A4 A5", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        super.write(snapshot, new Unflushed(out), context);
                    }
                }),
                StoreSaboteur.of("empty-store-writes-nothing", "A2 A3", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        if (!snapshot.isEmpty()) {
                            super.write(snapshot, out, context);
                        }
                    }
                }),
                StoreSaboteur.of("backup-works-once", "A2 A5", () -> new ShelfStore() {
                    private List<Book> first = List.of();

                    @Override
                    synchronized Collection<Book> capture() {
                        held++;
                        first = first.isEmpty() ? books() : first;
                        return first;
                    }
                }),
                StoreSaboteur.of("backup-empties-the-journal", "A2 A5", () -> new ShelfStore() {
                    @Override
                    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
                        PayloadIDSet ids = super.backup(out, context);
                        synchronized (this) {
                            books.values().removeIf(book -> book.shelf().equals("old"));
                        }
                        return ids;
                    }
                }),
                StoreSaboteur.of("restored-payloads-get-new-ids", "A2 A3 A4 A5", () -> new ShelfStore() {
                    @Override
                    synchronized void take(Map<String, Book> loaded) {
                        Map<String, Book> renamed = new TreeMap<>();
                        loaded.forEach((title, book) ->
                                renamed.put(title, new Book(title, book.shelf(), book.payloadId() + "-restored")));
                        super.take(renamed);
                    }
                }));
    }

    private static List<ShelfStore.Book> withoutPageEnds(Collection<ShelfStore.Book> all) {
        List<ShelfStore.Book> books = new ArrayList<>(all);
        return IntStream.range(0, books.size())
                .filter(i -> i % PAGE != PAGE - 1)
                .mapToObj(books::get)
                .toList();
    }

    /** Keeps the ids of what was taken away, as a set that only ever grows does. */
    private static final class RemembersIds extends ShelfStore {
        private final java.util.TreeSet<String> all = new java.util.TreeSet<>();

        @Override
        synchronized void change(int number) {
            super.change(number);
            books.values().forEach(book -> all.add(book.payloadId()));
        }

        @Override
        PayloadIDSet idsOf(Collection<Book> snapshot, BackupContext context) {
            PayloadIDSet ids = super.idsOf(snapshot, context);
            synchronized (this) {
                all.forEach(ids::add);
            }
            return ids;
        }
    }

    /** Its bytes go out at the end, and its ids are those of the same walk: only the walk itself is torn. */
    private static final class WalksBuffered extends ShelfStore {
        private final List<Book> walked = new ArrayList<>();

        @Override
        synchronized Collection<Book> capture() {
            held++;
            walked.clear();
            return new LivingView(this) {
                @Override
                void saw(Book book) {
                    walked.add(book);
                }
            };
        }

        @Override
        void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
            super.write(snapshot, new BufferedOutputStream(out, 1 << 16), context);
        }

        @Override
        PayloadIDSet idsOf(Collection<Book> snapshot, BackupContext context) {
            return super.idsOf(List.copyOf(walked), context);
        }
    }

    /** Goes from title to title through the store as it is then. */
    private static class LivingView extends AbstractCollection<ShelfStore.Book> {
        private final ShelfStore store;

        LivingView(ShelfStore store) {
            this.store = store;
        }

        @Override
        public Iterator<ShelfStore.Book> iterator() {
            return new Iterator<>() {
                private String last = "";

                @Override
                public boolean hasNext() {
                    synchronized (store) {
                        return store.books.higherKey(last) != null;
                    }
                }

                @Override
                public ShelfStore.Book next() {
                    synchronized (store) {
                        last = store.books.higherKey(last);
                        saw(store.books.get(last));
                        return store.books.get(last);
                    }
                }
            };
        }

        void saw(ShelfStore.Book book) {}

        @Override
        public int size() {
            return store.books().size();
        }
    }

    /** Loses what its buffer still holds. */
    private static final class Unflushed extends BufferedOutputStream {
        Unflushed(OutputStream out) {
            super(out, 256);
        }

        @Override
        public synchronized void flush() {
            // That is the fault.
        }
    }
}

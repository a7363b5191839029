package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.destination.ObjectInfo;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Buffers and parts with an edge that nobody tried (D15). */
final class SizeSaboteurs {
    private static final int PART = SabotagedSuite.PART;

    private SizeSaboteurs() {}

    interface Change {
        byte[] apply(byte[] written);
    }

    static List<Saboteur> all() {
        return List.of(
                losing(
                        "single-byte-of-a-new-part-lost",
                        "D15 D11",
                        bytes -> bytes.length % PART == 1 && bytes.length > PART
                                ? Arrays.copyOf(bytes, bytes.length - 1)
                                : bytes),
                losing(
                        "last-part-lost-when-full",
                        "D15 D2 D7 D11 D16",
                        bytes -> bytes.length % PART == 0 && bytes.length > 0
                                ? Arrays.copyOf(bytes, bytes.length - PART)
                                : bytes),
                losing(
                        "last-byte-before-the-edge-lost",
                        "D15",
                        bytes -> bytes.length % PART == PART - 1 ? Arrays.copyOf(bytes, bytes.length - 1) : bytes),
                losing(
                        "tail-below-a-block-lost",
                        "D15 D1 D2 D3 D4 D5 D6 D7 D8 D10 D11 D13 D14 D17",
                        bytes -> Arrays.copyOf(bytes, bytes.length / 64 * 64)),
                CommitSaboteurs.uploading(
                        "empty-object-not-stored", "D15 D3 D5 D8 D11", (inner, key) -> new KnownUpload(inner, key) {
                            @Override
                            public ObjectInfo commit() {
                                ObjectInfo info = super.commit();
                                if (written.size() == 0) {
                                    server.erase(key);
                                }
                                return info;
                            }
                        }),
                losing(
                        "buffer-padded-to-blocks",
                        "D15",
                        bytes -> bytes.length % 64 == 63 ? Arrays.copyOf(bytes, bytes.length + 1) : bytes),
                CommitSaboteurs.uploading(
                        "offset-of-the-write-ignored", "D15", (inner, key) -> new ForwardingUpload(inner.upload(key)) {
                            @Override
                            public void write(byte[] bytes, int offset, int length) throws IOException {
                                inner.write(bytes, 0, length);
                            }
                        }),
                CommitSaboteurs.uploading("flush-loses-the-part-it-began", "D15", FlushedPartOverwritten::new),
                CommitSaboteurs.uploading("writers-buffer-kept", "D15 D1 D2 D3 D6 D7 D8 D11", KeepsBuffer::new));
    }

    /** What is stored in the end is the honest object, changed. */
    private static Saboteur losing(String name, String rules, Change change) {
        return CommitSaboteurs.uploading(name, rules, (inner, key) -> new Changed(inner, key, change));
    }

    private static final class Changed extends KnownUpload {
        private final Change change;

        Changed(MemoryDestination destination, String key, Change change) {
            super(destination, key);
            this.change = change;
        }

        @Override
        public ObjectInfo commit() {
            ObjectInfo info = inner.commit();
            byte[] honest = written.toByteArray();
            byte[] changed = change.apply(honest);
            if (changed.length != honest.length) {
                server.replace(key, changed);
            }
            return info;
        }
    }

    /** Flush sends what there is of a part, and the whole parts that follow begin again at the same number. */
    private static final class FlushedPartOverwritten extends KnownUpload {
        private int lostFrom;
        private int lostTo;

        FlushedPartOverwritten(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public void flush() {
            if (lostTo == 0) {
                lostFrom = written.size() / PART * PART;
                lostTo = written.size();
            }
        }

        @Override
        public ObjectInfo commit() {
            ObjectInfo info = inner.commit();
            byte[] all = written.toByteArray();
            if (lostFrom < lostTo && lostTo < all.length) {
                byte[] left = Arrays.copyOf(all, all.length - (lostTo - lostFrom));
                System.arraycopy(all, lostTo, left, lostFrom, all.length - lostTo);
                server.replace(key, left);
            }
            return info;
        }
    }

    /** Sends a write only when the next one comes, from the caller's own array. */
    private static final class KeepsBuffer extends ForwardingUpload {
        private byte[] kept = new byte[0];
        private int from;
        private int count;

        KeepsBuffer(MemoryDestination destination, String key) {
            super(destination.upload(key));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            inner.write(kept, from, count);
            kept = bytes;
            from = offset;
            count = length;
        }

        @Override
        public ObjectInfo commit() {
            try {
                inner.write(kept, from, count);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return inner.commit();
        }
    }
}

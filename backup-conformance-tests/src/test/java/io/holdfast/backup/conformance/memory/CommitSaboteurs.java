package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Commits that are not atomic (D1). */
final class CommitSaboteurs {
    private CommitSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                uploading("visible-while-written", "D1 D2 D7 D16", VisibleWhileWritten::new),
                uploading("published-in-two-steps", "D1 D2", PublishedInTwoSteps::new),
                uploading("published-by-flush", "D1 D2 D13", PublishedByFlush::new),
                Saboteur.simple(
                        "uploads-in-progress-listed", "D1 D5 D7 D13", honest -> new ListsUploads(honest, key -> key)),
                Saboteur.simple(
                        "temporary-names-listed",
                        "D1 D5",
                        honest -> new ListsUploads(
                                honest, key -> key.substring(0, key.lastIndexOf('/') + 1) + "upload.part")),
                Saboteur.simple("half-upload-visible-after-crash", "D1 D7", ShowsHalvesAfterCrash::new));
    }

    interface Uploading {
        ObjectUpload wrap(MemoryDestination inner, String key);
    }

    static Saboteur uploading(String name, String rules, Uploading uploading) {
        return Saboteur.simple(name, rules, honest -> new ForwardingDestination(honest) {
            @Override
            public ObjectUpload upload(String key) {
                return uploading.wrap(inner, key);
            }
        });
    }

    private static final class VisibleWhileWritten extends KnownUpload {
        private final boolean free = !taken();
        private boolean done;

        VisibleWhileWritten(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            super.write(bytes, offset, length);
            if (free) {
                server.replace(key, written.toByteArray());
            }
        }

        @Override
        public ObjectInfo commit() {
            withdraw();
            return inner.commit();
        }

        @Override
        public void close() {
            withdraw();
            inner.close();
        }

        private void withdraw() {
            if (free && !done) {
                done = true;
                server.erase(key);
            }
        }
    }

    private static final class PublishedInTwoSteps extends KnownUpload {
        PublishedInTwoSteps(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            if (written.size() > 3000 && !taken()) {
                server.replace(key, Arrays.copyOf(written.toByteArray(), 1500));
                for (int i = 0; i < 5; i++) {
                    pause();
                }
                server.erase(key);
            }
            return inner.commit();
        }
    }

    /** Takes about two milliseconds. */
    static void pause() {
        long until = System.nanoTime() + 2_000_000;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    private static final class PublishedByFlush extends KnownUpload {
        PublishedByFlush(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public void flush() {
            server.replace(key, written.toByteArray());
        }

        @Override
        public ObjectInfo commit() {
            if (taken() && Arrays.equals(server.bytes(key).orElseThrow(), written.toByteArray())) {
                inner.close();
                return destination.stat(key).orElseThrow();
            }
            return inner.commit();
        }
    }

    private static final class ListsUploads extends ForwardingDestination {
        private final UnaryOperator<String> nameOfUpload;

        ListsUploads(MemoryDestination inner, UnaryOperator<String> nameOfUpload) {
            super(inner);
            this.nameOfUpload = nameOfUpload;
        }

        @Override
        public Stream<ObjectInfo> list(String prefix, String startAfter) {
            Stream<ObjectInfo> uploads = server().uploadsInProgress().stream()
                    .map(nameOfUpload)
                    .filter(key -> key.startsWith(prefix) && key.compareTo(startAfter) > 0)
                    .map(key -> new ObjectInfo(key, 0, java.time.Instant.EPOCH));
            return Stream.concat(inner.list(prefix, startAfter), uploads).sorted(Comparator.comparing(ObjectInfo::key));
        }
    }

    private static final class ShowsHalvesAfterCrash extends ForwardingDestination {
        ShowsHalvesAfterCrash(MemoryDestination inner) {
            super(inner);
        }

        @Override
        void crash() {
            server().uploadsInProgress().forEach(key -> server().replace(key, new byte[7]));
        }
    }
}

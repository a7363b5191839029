package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Commits that are not atomic (D1) or not exclusive (D2). */
final class CommitSaboteurs {
    private CommitSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                uploading("visible-while-written", "D1 D2 D7 D16", VisibleWhileWritten::new),
                uploading("published-in-two-steps", "D1 D2", PublishedInTwoSteps::new),
                uploading("published-by-flush", "D1 D2 D13", PublishedByFlush::new),
                Saboteur.simple("uploads-in-progress-listed", "D1 D7 D13", ListsUploads::new),
                Saboteur.simple("half-upload-visible-after-crash", "D1 D7", ShowsHalvesAfterCrash::new),
                uploading("commit-overwrites", "D2 D3 D7 D13 D14 D17", Overwrites::new),
                uploading("key-checked-at-upload-only", "D2 D17", ChecksEarly::new),
                uploading("check-then-act", "D2", ChecksThenActs::new),
                uploading("big-commit-overwrites", "D2 D7", OverwritesWhenBig::new),
                uploading("loser-deletes-winners-object", "D2 D3 D7 D14 D17", LoserDeletes::new),
                uploading("taken-key-reported-as-internal", "D2 D3 D17", WrongCode::new),
                uploading("same-bytes-again-accepted", "D2 D17", AcceptsSameBytes::new),
                uploading("refusal-swallowed", "D2 D3 D7 D13 D14 D17", SwallowsRefusal::new));
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

    /** An upload that knows where it goes, and collects what was written. */
    static class Known extends ForwardingUpload {
        final MemoryDestination destination;
        final MemoryServer server;
        final String key;
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private boolean erased;

        Known(MemoryDestination destination, String key) {
            super(destination.upload(key));
            this.destination = destination;
            this.server = destination.server();
            this.key = key;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            inner.write(bytes, offset, length);
            if (written.size() < 1 << 20) {
                written.write(bytes, offset, length);
            }
        }

        /** Makes room for an overwriting commit; a second commit of the same upload is honest. */
        final void eraseOnce() {
            if (!erased) {
                erased = true;
                server.erase(key);
            }
        }

        final boolean taken() {
            return server.bytes(key).isPresent();
        }
    }

    private static final class VisibleWhileWritten extends Known {
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

    private static final class PublishedInTwoSteps extends Known {
        PublishedInTwoSteps(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            if (written.size() > 3000 && !taken()) {
                server.replace(key, Arrays.copyOf(written.toByteArray(), 1500));
                pause();
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

    private static final class PublishedByFlush extends Known {
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
        ListsUploads(MemoryDestination inner) {
            super(inner);
        }

        @Override
        public Stream<ObjectInfo> list(String prefix, String startAfter) {
            Stream<ObjectInfo> uploads = server().uploadsInProgress().stream()
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

    private static final class Overwrites extends Known {
        Overwrites(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            eraseOnce();
            return inner.commit();
        }
    }

    private static final class ChecksEarly extends Known {
        private final boolean free = !taken();

        ChecksEarly(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            if (free) {
                eraseOnce();
            }
            return inner.commit();
        }
    }

    private static final class ChecksThenActs extends Known {
        ChecksThenActs(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            boolean free = !taken();
            pause();
            if (free) {
                eraseOnce();
            }
            return inner.commit();
        }
    }

    private static final class OverwritesWhenBig extends Known {
        OverwritesWhenBig(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            if (written.size() > SabotagedSuite.PART) {
                eraseOnce();
            }
            return inner.commit();
        }
    }

    private static final class LoserDeletes extends Known {
        private boolean lost;

        LoserDeletes(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                lost = e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS;
                throw e;
            }
        }

        @Override
        public void close() {
            if (lost) {
                server.erase(key);
            }
            inner.close();
        }
    }

    private static final class WrongCode extends Known {
        WrongCode(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                throw e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS
                        ? new DestinationException(ErrorCode.INTERNAL, key, "412", e)
                        : e;
            }
        }
    }

    private static final class AcceptsSameBytes extends Known {
        AcceptsSameBytes(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                if (e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS
                        && Arrays.equals(server.bytes(key).orElseThrow(), written.toByteArray())) {
                    return destination.stat(key).orElseThrow();
                }
                throw e;
            }
        }
    }

    private static final class SwallowsRefusal extends Known {
        SwallowsRefusal(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                if (e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS) {
                    return destination.stat(key).orElseThrow();
                }
                throw e;
            }
        }
    }
}

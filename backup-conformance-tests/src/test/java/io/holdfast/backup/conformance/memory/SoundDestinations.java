package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Destinations that are odd and keep the contract. */
final class SoundDestinations {
    private SoundDestinations() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.simple("times-in-whole-seconds", "none", WholeSeconds::new),
                Saboteur.simple("lists-fetched-at-once", "none", honest -> new ForwardingDestination(honest) {
                    @Override
                    public Stream<ObjectInfo> list(String prefix, String startAfter) {
                        return inner.list(prefix, startAfter).toList().stream();
                    }
                }),
                Saboteur.simple("handles-closed-in-the-background", "none", ClosesLater::new));
    }

    private static final class WholeSeconds extends ForwardingDestination {
        WholeSeconds(MemoryDestination inner) {
            super(inner);
        }

        private static ObjectInfo coarse(ObjectInfo info) {
            return new ObjectInfo(info.key(), info.size(), info.lastModified().truncatedTo(ChronoUnit.SECONDS));
        }

        @Override
        public ObjectUpload upload(String key) {
            return new ForwardingUpload(inner.upload(key)) {
                @Override
                public ObjectInfo commit() {
                    return coarse(inner.commit());
                }
            };
        }

        @Override
        public Optional<ObjectInfo> stat(String key) {
            return inner.stat(key).map(WholeSeconds::coarse);
        }

        @Override
        public Stream<ObjectInfo> list(String prefix, String startAfter) {
            return inner.list(prefix, startAfter).map(WholeSeconds::coarse);
        }
    }

    /** As a pool of connections does: a thread that is nobody's closes them soon after. */
    private static final class ClosesLater extends ForwardingDestination {
        ClosesLater(MemoryDestination inner) {
            super(inner);
        }

        @Override
        public InputStream open(String key, long offset) {
            InputStream in = inner.open(key, offset);
            FileInputStream handle = handle();
            return new FilterInputStream(in) {
                @Override
                public void close() throws IOException {
                    in.close();
                    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(() -> end(handle));
                }
            };
        }

        private static FileInputStream handle() {
            try {
                Path file = Files.createTempFile("handle", ".bin");
                FileInputStream in = new FileInputStream(file.toFile());
                Files.delete(file);
                return in;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void end(FileInputStream handle) {
            try {
                handle.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

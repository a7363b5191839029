package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Caches, and times that are not what they seem (D4). */
final class VisibilitySaboteurs {
    private VisibilitySaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.simple("absence-cached", "D4 D1 D2 D6 D7 D11 D12 D13 D17", CachesAbsence::new),
                Saboteur.simple("list-cached", "D4 D1 D2 D5 D6 D7 D11 D12 D13 D17", CachesList::new),
                Saboteur.simple("deleted-object-still-readable", "D4 D1 D2 D6 D8 D11", CachesBytes::new),
                Saboteur.of("dated-by-its-beginning", "D4", DatedByBeginning::new),
                Saboteur.simple("dated-when-asked", "D4", honest -> new ForwardingDestination(honest) {
                    @Override
                    public Optional<ObjectInfo> stat(String key) {
                        return inner.stat(key).map(info -> new ObjectInfo(key, info.size(), server().now()));
                    }
                }),
                Saboteur.simple(
                        "each-handle-names-another-location", "D4", honest -> new ForwardingDestination(honest) {
                            @Override
                            public DestinationInfo info() {
                                return new DestinationInfo(
                                        inner.info().location() + "@" + System.identityHashCode(this),
                                        inner.info().capabilities());
                            }
                        }),
                CommitSaboteurs.uploading(
                        "commit-tells-wrong-size", "D4", (inner, key) -> new ForwardingUpload(inner.upload(key)) {
                            @Override
                            public ObjectInfo commit() {
                                ObjectInfo info = inner.commit();
                                return new ObjectInfo(info.key(), info.size() + 16, info.lastModified());
                            }
                        }));
    }

    private static final class CachesAbsence extends ForwardingDestination {
        private final Set<String> absent = ConcurrentHashMap.newKeySet();

        CachesAbsence(MemoryDestination inner) {
            super(inner);
        }

        @Override
        public Optional<ObjectInfo> stat(String key) {
            Optional<ObjectInfo> found = inner.stat(key);
            if (found.isEmpty()) {
                absent.add(key);
            }
            return absent.contains(key) ? Optional.empty() : found;
        }
    }

    private static final class CachesList extends ForwardingDestination {
        private final Map<String, List<ObjectInfo>> lists = new ConcurrentHashMap<>();

        CachesList(MemoryDestination inner) {
            super(inner);
        }

        @Override
        public Stream<ObjectInfo> list(String prefix, String startAfter) {
            List<ObjectInfo> fresh = inner.list(prefix, startAfter).toList();
            return lists.computeIfAbsent(prefix + " " + startAfter, question -> fresh).stream();
        }
    }

    private static final class CachesBytes extends ForwardingDestination {
        private final Map<String, byte[]> read = new ConcurrentHashMap<>();

        CachesBytes(MemoryDestination inner) {
            super(inner);
        }

        @Override
        public InputStream open(String key, long offset) {
            if (server().bytes(key).isPresent()) {
                InputStream in = inner.open(key, offset);
                if (server().bytes(key).orElse(new byte[0]).length < 1000) {
                    server().bytes(key).ifPresent(bytes -> read.put(key, bytes));
                }
                return in;
            }
            byte[] kept = read.get(key);
            return kept == null || offset > kept.length
                    ? inner.open(key, offset)
                    : new ByteArrayInputStream(kept, (int) offset, kept.length);
        }
    }

    private static final class DatedByBeginning implements Sabotage {
        private final Map<String, Instant> begun = new ConcurrentHashMap<>();

        @Override
        public ForwardingDestination wrap(MemoryDestination honest) {
            return new ForwardingDestination(honest) {
                @Override
                public ObjectUpload upload(String key) {
                    ObjectUpload upload = inner.upload(key);
                    begun.put(key, server().now());
                    return new ForwardingUpload(upload) {
                        @Override
                        public ObjectInfo commit() {
                            return dated(inner.commit());
                        }
                    };
                }

                @Override
                public Optional<ObjectInfo> stat(String key) {
                    return inner.stat(key).map(DatedByBeginning.this::dated);
                }

                @Override
                public Stream<ObjectInfo> list(String prefix, String startAfter) {
                    return inner.list(prefix, startAfter).map(DatedByBeginning.this::dated);
                }
            };
        }

        private ObjectInfo dated(ObjectInfo info) {
            return new ObjectInfo(info.key(), info.size(), begun.getOrDefault(info.key(), info.lastModified()));
        }
    }
}

package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Deletions that take too much, too little, or say the wrong thing (D6). */
final class DeleteSaboteurs {
    private DeleteSaboteurs() {}

    interface Deleting {
        void delete(MemoryDestination inner, String key);
    }

    static List<Saboteur> all() {
        return List.of(
                deleting("delete-of-missing-fails", "D6", (inner, key) -> {
                    if (inner.stat(key).isEmpty()) {
                        throw new DestinationException(ErrorCode.DESTINATION_OBJECT_MISSING, key, "no " + key, null);
                    }
                    inner.delete(key);
                }),
                deleting("delete-takes-all-that-begin-alike", "D6 D4 D7 D11", (inner, key) -> {
                    inner.delete(key);
                    inner.server().keys().stream()
                            .filter(k -> k.startsWith(key))
                            .forEach(inner.server()::erase);
                }),
                deleting("delete-takes-the-folder", "D6 D5 D11", (inner, key) -> {
                    inner.delete(key);
                    String folder = key.substring(0, key.lastIndexOf('/') + 1);
                    inner.server().keys().stream()
                            .filter(k -> k.startsWith(folder) && folder.indexOf('/') < folder.length() - 1)
                            .forEach(inner.server()::erase);
                }),
                deleting("delete-leaves-empty-objects", "D6", (inner, key) -> {
                    if (inner.server().bytes(key).map(b -> b.length).orElse(1) != 0) {
                        inner.delete(key);
                    }
                }),
                Saboteur.of("delete-removes-folder-under-upload", "D6 D5 D11", RemovesFolders::new));
    }

    private static Saboteur deleting(String name, String rules, Deleting deleting) {
        return Saboteur.simple(name, rules, honest -> new ForwardingDestination(honest) {
            @Override
            public void delete(String key) {
                deleting.delete(inner, key);
            }
        });
    }

    /** Removes the folder when its last object goes, and with it the temporary files of uploads. */
    private static final class RemovesFolders implements Sabotage {
        private final Map<ObjectUpload, String> uploads = new ConcurrentHashMap<>();

        private static String folder(String key) {
            return key.substring(0, key.lastIndexOf('/') + 1);
        }

        @Override
        public ForwardingDestination wrap(MemoryDestination honest) {
            return new ForwardingDestination(honest) {
                @Override
                public ObjectUpload upload(String key) {
                    ObjectUpload upload = new ForwardingUpload(inner.upload(key)) {
                        @Override
                        public ObjectInfo commit() {
                            try {
                                return inner.commit();
                            } catch (BackupAbortedException e) {
                                throw uploads.containsKey(this)
                                        ? e
                                        : new DestinationException(ErrorCode.INTERNAL, key, "no such file", e);
                            }
                        }
                    };
                    uploads.put(upload, folder(key));
                    return upload;
                }

                @Override
                public void delete(String key) {
                    boolean there = server().bytes(key).isPresent();
                    inner.delete(key);
                    if (there && server().keys().stream().noneMatch(k -> k.startsWith(folder(key)))) {
                        uploads.forEach((upload, folder) -> {
                            if (folder.equals(folder(key)) && uploads.remove(upload) != null) {
                                ((ForwardingUpload) upload).inner.close();
                            }
                        });
                    }
                }
            };
        }
    }
}

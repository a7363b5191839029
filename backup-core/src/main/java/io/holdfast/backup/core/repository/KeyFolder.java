package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The wrapped keys of a repository or of one backup, as objects at the destination. */
final class KeyFolder {
    /** The most wrapped keys of one folder that are looked at: whoever can write there must not be able to keep a reader busy. */
    private static final int MAX_KEYS = 1000;

    private static final int MAX_TRIES = 5;

    private final Destination destination;
    private final ControlObjects objects;
    private final String folder;

    private KeyFolder(Destination destination, String folder) {
        this.destination = destination;
        this.objects = new ControlObjects(destination);
        this.folder = folder;
    }

    static KeyFolder ofRepository(Destination destination) {
        return new KeyFolder(destination, Layout.KEYS);
    }

    static KeyFolder of(Destination destination, BackupId backup) {
        return new KeyFolder(destination, Layout.folder(backup) + Layout.KEYS);
    }

    /** The keys of the objects that are there. */
    List<String> list() {
        try (Stream<ObjectInfo> listing = destination.list(folder, "")) {
            return listing.map(ObjectInfo::key)
                    .filter(key -> key.endsWith(Layout.JSON))
                    .limit(MAX_KEYS)
                    .toList();
        }
    }

    /**
     * The bytes of every object. Lists anew when one was removed meanwhile: a rotation adds before it removes, so the new ones are
     * there.
     */
    SortedMap<String, byte[]> readAll() {
        SortedMap<String, byte[]> found = new TreeMap<>();
        for (int i = 0; i < MAX_TRIES; i++) {
            found.clear();
            List<String> keys = list();
            keys.forEach(key -> objects.read(key).ifPresent(bytes -> found.put(key, bytes)));
            if (found.size() == keys.size()) {
                return found;
            }
        }
        return found;
    }

    String keyOf(BackupId name) {
        return folder + name.value() + Layout.JSON;
    }

    /** Writes a wrapped key and reads it back. */
    String write(BackupId name, WrappedKey wrapped, ManifestCodec codec) {
        String key = keyOf(name);
        byte[] bytes = codec.encode(wrapped);
        boolean written = objects.commit(key, bytes);
        Optional<byte[]> found = objects.read(key);
        if (written && found.isEmpty()) {
            throw new BackupException(
                    ErrorCode.BACKUP_ALREADY_RUNNING,
                    key + " was removed as soon as it was written: by a deletion, or by another rotation of keys");
        }
        if (!written || !Arrays.equals(found.get(), bytes)) {
            throw new BackupException(
                    ErrorCode.INTEGRITY_MISMATCH,
                    key + ": expected the wrapped key that was just written, found another object");
        }
        return key;
    }
}

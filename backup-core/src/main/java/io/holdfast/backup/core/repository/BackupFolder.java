package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.destination.ObjectInfo;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one listing saw of a backup's folder.
 *
 * @param id the backup
 * @param objects the objects by their names in the folder
 */
record BackupFolder(BackupId id, SortedMap<String, ObjectInfo> objects) {
    BackupFolder {
        objects = Collections.unmodifiableSortedMap(new TreeMap<>(objects));
    }

    boolean has(String name) {
        return objects.containsKey(name);
    }

    Optional<ObjectInfo> get(String name) {
        return Optional.ofNullable(objects.get(name));
    }

    /** The names that begin with a subfolder's name, such as {@code pins/}, in ascending order. */
    List<String> below(String subfolder) {
        return objects.tailMap(subfolder).keySet().stream()
                .takeWhile(name -> name.startsWith(subfolder))
                .toList();
    }

    /** The owners of the pins, whether or not the pins can be read. Whatever lies there pins. */
    List<String> pinOwners() {
        return below(Layout.PINS).stream()
                .map(name -> name.substring(Layout.PINS.length()))
                .map(name ->
                        name.endsWith(Layout.JSON) ? name.substring(0, name.length() - Layout.JSON.length()) : name)
                .toList();
    }

    /** When the youngest object became visible: the last sign of life of an attempt. */
    Instant youngest() {
        return objects.values().stream()
                .map(ObjectInfo::lastModified)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** An attempt that may still be published. */
    boolean inFlight() {
        return !has(Layout.MANIFEST) && !has(Layout.DELETING);
    }
}

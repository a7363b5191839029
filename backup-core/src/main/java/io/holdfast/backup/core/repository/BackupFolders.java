package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.util.Iterator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Lists the folders of backups, oldest first, one listing for all of them. */
final class BackupFolders {
    private final Destination destination;

    BackupFolders(Destination destination) {
        this.destination = destination;
    }

    /** Shows every folder to the consumer, in ascending order of ids; the listing stays open meanwhile. */
    void forEach(Consumer<BackupFolder> consumer) {
        forEach(Layout.BACKUPS, "", consumer);
    }

    /** Shows every folder whose id is at least this one. */
    void forEachFrom(BackupId least, Consumer<BackupFolder> consumer) {
        // The folder's own name sorts before everything in it.
        forEach(Layout.BACKUPS, Layout.folder(least), consumer);
    }

    /** The greatest id there is, if that is at least this one. */
    Optional<BackupId> greatestFrom(BackupId least) {
        AtomicReference<BackupId> last = new AtomicReference<>();
        forEachFrom(least, folder -> last.set(folder.id()));
        return Optional.ofNullable(last.get());
    }

    Optional<BackupFolder> find(BackupId id) {
        SortedMap<String, ObjectInfo> objects = new TreeMap<>();
        forEach(Layout.folder(id), "", folder -> objects.putAll(folder.objects()));
        return objects.isEmpty() ? Optional.empty() : Optional.of(new BackupFolder(id, objects));
    }

    private void forEach(String prefix, String startAfter, Consumer<BackupFolder> consumer) {
        try (Stream<ObjectInfo> listing = destination.list(prefix, startAfter)) {
            Optional<BackupId> current = Optional.empty();
            SortedMap<String, ObjectInfo> objects = new TreeMap<>();
            for (Iterator<ObjectInfo> i = listing.iterator(); i.hasNext(); ) {
                ObjectInfo object = i.next();
                if (!Layout.inBackupFolder(object.key())) {
                    continue;
                }
                BackupId id = Layout.backupOf(object.key());
                if (current.isPresent() && !current.get().equals(id)) {
                    consumer.accept(new BackupFolder(current.get(), objects));
                    objects.clear();
                }
                current = Optional.of(id);
                objects.put(Layout.nameInFolder(object.key()), object);
            }
            current.ifPresent(id -> consumer.accept(new BackupFolder(id, objects)));
        }
    }
}

package io.holdfast.backup.core.manifest;

/** What stands under a backup's manifest key: the manifest, or the marker that the backup will never be published. */
public sealed interface Publication permits Manifest, VoidMarker {
    /** Returns the repository that this belongs to. */
    String repositoryId();

    /** Returns the backup that this belongs to. */
    BackupId backupId();
}

package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.manifest.BackupId;

/** Where everything lies in a repository: the keys of archive format v1. */
final class Layout {
    static final String REPOSITORY = "repository.json";
    static final String LINEAGE = "lineage/";
    static final String BACKUPS = "backups/";
    static final String KEYS = "keys/";
    static final String PROBES = "probe/";

    static final String INTENT = "intent.json";
    static final String ALIVE = "alive/";
    static final String PAYLOAD = "payload.bin";
    static final String PAYLOAD_IDS = "payload-ids.bin";
    static final String MANIFEST = "manifest.json";
    static final String PINS = "pins/";
    static final String DELETING = "deleting.json";
    static final String VERIFICATIONS = "verifications/";
    static final String JSON = ".json";

    private static final int ID_LENGTH = 26;

    private Layout() {}

    static String lineage(int number) {
        return LINEAGE + String.format("%06d", number) + JSON;
    }

    static String folder(BackupId id) {
        return BACKUPS + id.value() + "/";
    }

    static String intent(BackupId id) {
        return folder(id) + INTENT;
    }

    static String alive(BackupId id, int number) {
        return folder(id) + ALIVE + String.format("%06d", number);
    }

    static String payload(BackupId id) {
        return folder(id) + PAYLOAD;
    }

    static String payloadIds(BackupId id) {
        return folder(id) + PAYLOAD_IDS;
    }

    static String manifest(BackupId id) {
        return folder(id) + MANIFEST;
    }

    static String pin(BackupId id, String owner) {
        return folder(id) + PINS + owner + JSON;
    }

    static String deleting(BackupId id) {
        return folder(id) + DELETING;
    }

    static String verification(BackupId id, BackupId verification) {
        return folder(id) + VERIFICATIONS + verification.value() + JSON;
    }

    /** Tells whether a key lies in a backup's folder; any other key below {@link #BACKUPS} is foreign. */
    static boolean inBackupFolder(String key) {
        int end = BACKUPS.length() + ID_LENGTH;
        return key.startsWith(BACKUPS)
                && key.length() > end + 1
                && key.charAt(end) == '/'
                && BackupId.isValid(key.substring(BACKUPS.length(), end));
    }

    /** The backup in whose folder a key lies. */
    static BackupId backupOf(String key) {
        return new BackupId(key.substring(BACKUPS.length(), BACKUPS.length() + ID_LENGTH));
    }

    /** A key without its backup's folder. */
    static String nameInFolder(String key) {
        return key.substring(BACKUPS.length() + ID_LENGTH + 1);
    }
}

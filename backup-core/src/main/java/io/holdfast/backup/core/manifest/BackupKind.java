package io.holdfast.backup.core.manifest;

import java.util.Locale;

/** Why a backup was made. */
public enum BackupKind {
    /** By the schedule. */
    SCHEDULED,
    /** On somebody's demand. */
    MANUAL,
    /** Before a restore replaced the store; never the default choice of a later restore. */
    SAFETY;

    /** Returns the name in manifests: the constant's name in lower case. */
    public String wireValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BackupKind ofWireValue(String wireValue) {
        for (BackupKind kind : values()) {
            if (kind.wireValue().equals(wireValue)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(wireValue);
    }
}

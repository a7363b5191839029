package io.holdfast.backup.core.manifest;

import java.util.Locale;

/** What a control object is; it says so itself, so that one cannot stand in for another. */
enum ObjectType {
    REPOSITORY,
    LINEAGE,
    KEY,
    INTENT,
    MANIFEST,
    VOID,
    PIN,
    DELETION,
    VERIFICATION;

    String wireValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}

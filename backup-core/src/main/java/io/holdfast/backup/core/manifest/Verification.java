package io.holdfast.backup.core.manifest;

import io.holdfast.backup.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of verifying a backup.
 *
 * @param repositoryId the repository
 * @param backupId the backup
 * @param level how closely it was verified
 * @param verifiedAt when the verification ended, by the clock of the host that did it
 * @param bytes how many stored bytes were read
 * @param took how long it took, in whole milliseconds
 * @param checkedOrNull what a drill's probe looked into, up to 1,024 characters; see {@link #checked}
 * @param damageOrNull what is wrong with the backup, if anything; see {@link #damage}
 */
public record Verification(
        String repositoryId,
        BackupId backupId,
        VerifyLevel level,
        Instant verifiedAt,
        long bytes,
        Duration took,
        @Nullable String checkedOrNull,
        @Nullable Damage damageOrNull) {

    /**
     * What is wrong with a backup.
     *
     * @param code in which way
     * @param message what was expected and what was found
     */
    public record Damage(ErrorCode code, String message) {}

    /** Returns whether the backup is sound, as far as the level tells. */
    public boolean sound() {
        return damageOrNull == null;
    }

    /** Returns what a drill's probe looked into, if there was one. */
    public Optional<String> checked() {
        return Optional.ofNullable(checkedOrNull);
    }

    /** Returns what is wrong with the backup, if anything. */
    public Optional<Damage> damage() {
        return Optional.ofNullable(damageOrNull);
    }

    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.VERIFICATION.wireValue());
        fields.put("repository_id", repositoryId);
        fields.put("backup_id", backupId.value());
        fields.put("level", level.wireValue());
        fields.put("verified_at", verifiedAt.toString());
        fields.put("bytes", bytes);
        fields.put("took_millis", took.toMillis());
        checked().ifPresent(what -> fields.put("checked", shortened(what)));
        damage().ifPresent(damage -> {
            fields.put("damage_code", damage.code().wireValue());
            fields.put("damage_message", shortened(damage.message()));
        });
        return fields;
    }

    static Verification fromFields(JsonFields fields) {
        return new Verification(
                fields.text("repository_id", 26),
                fields.backupId("backup_id"),
                fields.parsed("level", 64, "present, digest, decoded or restored", VerifyLevel::ofWireValue),
                fields.instant("verified_at"),
                fields.number("bytes", 0, Long.MAX_VALUE),
                Duration.ofMillis(fields.has("took_millis") ? fields.number("took_millis", 0, Long.MAX_VALUE) : 0),
                fields.has("checked") ? fields.text("checked", 1024) : null,
                fields.has("damage_code")
                        ? new Damage(
                                ErrorCode.ofWireValue(fields.text("damage_code", 64))
                                        .orElse(ErrorCode.INTERNAL),
                                fields.text("damage_message", 1024))
                        : null);
    }

    private static String shortened(String message) {
        return message.length() <= 1024 ? message : message.substring(0, 1024);
    }
}

package io.holdfast.backup.core.manifest;

import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key, wrapped for one recipient: the repository key, or the data key of one backup.
 *
 * @param repositoryId the repository
 * @param backupIdOrNull the backup whose data key this is; null for the repository key; see {@link #backupId}
 * @param reference who can unwrap it, such as {@code env:BACKUP_KEY}; never a secret
 * @param wrapped the wrapped key in base64, at most 8,192 bytes
 * @param createdAt when it was wrapped, by the clock of the host that did
 */
public record WrappedKey(
        String repositoryId, @Nullable BackupId backupIdOrNull, String reference, String wrapped, Instant createdAt) {
    /** The most bytes that a provider may make of a key. */
    public static final int MAX_WRAPPED_BYTES = 8192;

    private static final int MAX_REFERENCE_LENGTH = 512;
    private static final Pattern REFERENCE = Pattern.compile("[a-z][a-z0-9-]{0,63}:[!-~&&[^\"\\\\]]+");

    /** Creates a wrapped key. */
    public WrappedKey {
        requireReference(reference);
        if (Base64.getDecoder().decode(wrapped).length > MAX_WRAPPED_BYTES) {
            throw new IllegalArgumentException("Expected a wrapped key of at most " + MAX_WRAPPED_BYTES + " bytes");
        }
    }

    /**
     * Checks the form of a reference to a key: a scheme, a colon and printable ASCII, 512 characters in all.
     *
     * @param reference any text
     * @return the text
     * @throws IllegalArgumentException if it has another form
     */
    public static String requireReference(String reference) {
        if (reference.length() > MAX_REFERENCE_LENGTH
                || !REFERENCE.matcher(reference).matches()) {
            throw new IllegalArgumentException(
                    "Expected a key reference such as env:NAME, a scheme and at most " + MAX_REFERENCE_LENGTH
                            + " characters of printable ASCII without blanks and quotes, found another form");
        }
        return reference;
    }

    /**
     * Creates a wrapped key from its bytes.
     *
     * @param repositoryId the repository
     * @param backupId the backup whose data key this is; empty for the repository key
     * @param reference who can unwrap it
     * @param wrapped what its provider made of it
     * @param createdAt when
     * @return the wrapped key
     */
    public static WrappedKey of(
            String repositoryId, Optional<BackupId> backupId, String reference, byte[] wrapped, Instant createdAt) {
        return new WrappedKey(
                repositoryId,
                backupId.orElse(null),
                reference,
                Base64.getEncoder().encodeToString(wrapped),
                createdAt);
    }

    /** Returns the backup whose data key this is; empty for the repository key. */
    public Optional<BackupId> backupId() {
        return Optional.ofNullable(backupIdOrNull);
    }

    /** Returns the scheme of the reference: what stands before its colon. */
    public String scheme() {
        return reference.substring(0, reference.indexOf(':'));
    }

    /** Returns what its provider made of the key. */
    public byte[] wrappedBytes() {
        return Base64.getDecoder().decode(wrapped);
    }

    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.KEY.wireValue());
        fields.put("repository_id", repositoryId);
        backupId().ifPresent(id -> fields.put("backup_id", id.value()));
        fields.put("scheme", scheme());
        fields.put("reference", reference);
        fields.put("wrapped", wrapped);
        fields.put("created_at", createdAt.toString());
        return fields;
    }

    static WrappedKey fromFields(JsonFields fields) {
        String repositoryId = fields.backupId("repository_id").value();
        BackupId backupId = fields.has("backup_id") ? fields.backupId("backup_id") : null;
        String reference =
                fields.parsed("reference", MAX_REFERENCE_LENGTH, "a key reference", WrappedKey::requireReference);
        Instant createdAt = fields.instant("created_at");
        WrappedKey key = fields.parsed(
                "wrapped",
                2 * MAX_WRAPPED_BYTES,
                "a wrapped key in base64",
                wrapped -> new WrappedKey(repositoryId, backupId, reference, wrapped, createdAt));
        fields.parsed("scheme", 64, "the reference's scheme", scheme -> {
            if (!scheme.equals(key.scheme())) {
                throw new IllegalArgumentException(scheme);
            }
            return scheme;
        });
        return key;
    }
}

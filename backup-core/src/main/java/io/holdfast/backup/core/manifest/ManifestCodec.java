package io.holdfast.backup.core.manifest;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.util.function.Function;

/**
 * Turns control objects into sealed JSON and back. The form is described in docs/FORMAT.md. Immutable.
 *
 * <p>Decoding is bounded, strict on types and required fields, and tolerant of fields that it does not know. Every
 * {@code decode} method takes the object's bytes and its key, which is for messages, and throws {@link BackupException} with
 * {@link ErrorCode#MANIFEST_INVALID} (not the form), {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} (written by a newer
 * release), {@link ErrorCode#MANIFEST_TAMPERED} (the bytes have changed, or were never sealed by this repository) or
 * {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} (they are sealed with a key, and this codec has none).
 */
public final class ManifestCodec {
    /** The largest control object, in bytes, for writers and readers alike. */
    public static final int MAX_BYTES = SealedJson.MAX_BYTES;

    private static final String NO_VERSION = "";

    private final SealedJson json;

    /**
     * Creates a codec.
     *
     * @param seal what guards the objects
     */
    public ManifestCodec(Seal seal) {
        this.json = new SealedJson(seal);
    }

    /**
     * Encodes what stands under a manifest key.
     *
     * @param publication a manifest or a void marker
     * @return its bytes
     */
    public byte[] encode(Publication publication) {
        return json.encode(
                publication instanceof Manifest manifest ? manifest.toFields() : ((VoidMarker) publication).toFields());
    }

    /**
     * Decodes what stands under a manifest key.
     *
     * @param bytes the whole object
     * @param key its key
     * @return a manifest or a void marker
     */
    public Publication decodePublication(byte[] bytes, String key) {
        JsonFields fields = json.decode(bytes, key, "manifest_version");
        String type = fields.text("object", 64);
        if (type.equals(ObjectType.MANIFEST.wireValue())) {
            return Manifest.fromFields(fields);
        }
        fields.requireObject(ObjectType.VOID);
        return VoidMarker.fromFields(fields);
    }

    /**
     * Encodes a repository's description.
     *
     * @param description the object
     * @return its bytes
     */
    public byte[] encode(RepositoryDescription description) {
        return json.encode(description.toFields());
    }

    /**
     * Decodes a repository's description.
     *
     * @param bytes the whole object
     * @param key its key
     * @return the object
     */
    public RepositoryDescription decodeRepositoryDescription(byte[] bytes, String key) {
        return decode(
                bytes,
                key,
                RepositoryDescription.VERSION_FIELD,
                ObjectType.REPOSITORY,
                RepositoryDescription::fromFields);
    }

    /**
     * Encodes an adoption.
     *
     * @param entry the object
     * @return its bytes
     */
    public byte[] encode(LineageEntry entry) {
        return json.encode(entry.toFields());
    }

    /**
     * Decodes an adoption.
     *
     * @param bytes the whole object
     * @param key its key
     * @return the object
     */
    public LineageEntry decodeLineageEntry(byte[] bytes, String key) {
        return decode(bytes, key, NO_VERSION, ObjectType.LINEAGE, LineageEntry::fromFields);
    }

    /**
     * Encodes a wrapped key.
     *
     * @param key the object
     * @return its bytes
     */
    public byte[] encode(WrappedKey key) {
        return json.encode(key.toFields());
    }

    /**
     * Decodes a wrapped key.
     *
     * @param bytes the whole object
     * @param key its key
     * @return the object
     */
    public WrappedKey decodeWrappedKey(byte[] bytes, String key) {
        return decode(bytes, key, NO_VERSION, ObjectType.KEY, WrappedKey::fromFields);
    }

    /**
     * Decodes a wrapped key without looking at its seal: the key that proves it may be the one that is wrapped. Nothing of it may
     * be believed before {@link #decodeWrappedKey} with that key.
     *
     * @param bytes the whole object
     * @param key its key
     * @return the object
     */
    public static WrappedKey decodeUnprovenKey(byte[] bytes, String key) {
        JsonFields fields = SealedJson.decodeUnproven(bytes, key);
        fields.requireObject(ObjectType.KEY);
        return WrappedKey.fromFields(fields);
    }

    /**
     * Encodes an intent.
     *
     * @param intent the object
     * @return its bytes
     */
    public byte[] encode(Intent intent) {
        return json.encode(intent.toFields());
    }

    /**
     * Decodes an intent.
     *
     * @param bytes the whole object
     * @param key its key
     * @return the object
     */
    public Intent decodeIntent(byte[] bytes, String key) {
        return decode(bytes, key, NO_VERSION, ObjectType.INTENT, Intent::fromFields);
    }

    /**
     * Encodes a pin.
     *
     * @param pin the object
     * @return its bytes
     */
    public byte[] encode(Pin pin) {
        return json.encode(pin.toFields());
    }

    /**
     * Decodes a pin.
     *
     * @param bytes the whole object
     * @param key its key
     * @return the object
     */
    public Pin decodePin(byte[] bytes, String key) {
        return decode(bytes, key, NO_VERSION, ObjectType.PIN, Pin::fromFields);
    }

    /**
     * Encodes the beginning of a deletion.
     *
     * @param deletion the object
     * @return its bytes
     */
    public byte[] encode(Deletion deletion) {
        return json.encode(deletion.toFields());
    }

    /**
     * Decodes the beginning of a deletion.
     *
     * @param bytes the whole object
     * @param key its key
     * @return the object
     */
    public Deletion decodeDeletion(byte[] bytes, String key) {
        return decode(bytes, key, NO_VERSION, ObjectType.DELETION, Deletion::fromFields);
    }

    /**
     * Encodes a verification.
     *
     * @param verification the object
     * @return its bytes
     */
    public byte[] encode(Verification verification) {
        return json.encode(verification.toFields());
    }

    /**
     * Decodes a verification.
     *
     * @param bytes the whole object
     * @param key its key
     * @return the object
     */
    public Verification decodeVerification(byte[] bytes, String key) {
        return decode(bytes, key, NO_VERSION, ObjectType.VERIFICATION, Verification::fromFields);
    }

    private <T> T decode(
            byte[] bytes, String key, String versionField, ObjectType type, Function<JsonFields, T> fromFields) {
        JsonFields fields = json.decode(bytes, key, versionField);
        fields.requireObject(type);
        return fromFields.apply(fields);
    }
}

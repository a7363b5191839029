package io.holdfast.examples.catalog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A file in the catalogue.
 *
 * @param path its absolute path
 * @param type what it is
 * @param size its size in bytes
 * @param modifiedNanos when it was last modified, in nanoseconds since the epoch
 * @param mode its POSIX permission bits, such as octal 644
 * @param contentHash the SHA-256 of its content in hexadecimal; empty for what is no regular file
 */
record CatalogEntry(String path, Type type, long size, long modifiedNanos, int mode, String contentHash) {
    enum Type {
        FILE,
        DIRECTORY,
        LINK,
        OTHER
    }

    /** The longest encoded entry, in bytes: a path of 4,096 bytes and some numbers fit well. */
    static final int MAX_BYTES = 1 << 16;

    /** The name of its content, if it has any: immutable, since it is made of the content itself. */
    Optional<String> payloadId() {
        return contentHash.isEmpty() ? Optional.empty() : Optional.of("sha256:" + contentHash);
    }

    /** Encodes the entry: type, size, time, mode, hash, path. */
    byte[] encode() {
        byte[] hash = contentHash.getBytes(StandardCharsets.US_ASCII);
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + 8 + 8 + 4 + 1 + hash.length + name.length)
                .put((byte) code(type))
                .putLong(size)
                .putLong(modifiedNanos)
                .putInt(mode)
                .put((byte) hash.length)
                .put(hash)
                .put(name)
                .array();
    }

    /**
     * Decodes an entry.
     *
     * @throws IllegalArgumentException if these bytes are no entry
     */
    static CatalogEntry decode(byte[] bytes) {
        if (bytes.length < 23) {
            throw new IllegalArgumentException("Expected an entry of at least 23 bytes, found " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Type type = typeOf((char) in.get());
        long size = in.getLong();
        long modifiedNanos = in.getLong();
        int mode = in.getInt();
        int hashLength = in.get();
        if (hashLength < 0 || hashLength >= in.remaining()) {
            throw new IllegalArgumentException(
                    "Expected a hash and a path, found a hash of " + hashLength + " characters");
        }
        byte[] hash = new byte[hashLength];
        in.get(hash);
        byte[] name = new byte[in.remaining()];
        in.get(name);
        return new CatalogEntry(
                new String(name, StandardCharsets.UTF_8),
                type,
                size,
                modifiedNanos,
                mode,
                new String(hash, StandardCharsets.US_ASCII));
    }

    /** A letter rather than a number: constants may come and go, and the stored form must not change with them. */
    private static char code(Type type) {
        return type.name().toLowerCase(Locale.ROOT).charAt(0);
    }

    private static Type typeOf(char code) {
        for (Type type : Type.values()) {
            if (code(type) == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("Expected the letter of a file type, found character " + (int) code);
    }
}

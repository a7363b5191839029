package io.holdfast.backup.key;

/**
 * Wraps and unwraps data keys for one scheme of key references, such as {@code env:NAME}. Found by
 * {@link java.util.ServiceLoader}; register it in {@code META-INF/services} and in {@code module-info}. Implementations are
 * safe for use by several threads and keep no key longer than a call.
 */
public interface KeyProvider {
    /** Returns the scheme before the colon of the references that this provider understands: {@code [a-z][a-z0-9-]*}. */
    String scheme();

    /**
     * Returns whether anybody who knows a reference can wrap keys for it, as with public keys. A key that was wrapped in such a
     * way does not prove that it comes from a friend, so core asks for other proof. The default says that it does.
     */
    default boolean anybodyCanWrap() {
        return false;
    }

    /**
     * Wraps a data key, so that only the holder of the referenced key can get at it.
     *
     * @param reference the whole reference, such as {@code env:BACKUP_KEY}; never a secret itself
     * @param dataKey the key to wrap; not kept, not changed
     * @param context bytes that are bound to the result and must be the same when it is unwrapped
     * @return the wrapped key
     * @throws io.holdfast.backup.BackupException with {@link io.holdfast.backup.ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} if the
     *     referenced key cannot be had, {@link io.holdfast.backup.ErrorCode#ENCRYPTION_KEY_INVALID} if it has the wrong form
     */
    byte[] wrap(String reference, byte[] dataKey, byte[] context);

    /**
     * Unwraps a data key.
     *
     * @param reference the whole reference that it was wrapped for
     * @param wrapped what {@link #wrap} returned
     * @param context the same bytes as when it was wrapped
     * @return the data key, which the caller zeroes after use
     * @throws io.holdfast.backup.BackupException with {@link io.holdfast.backup.ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} if the
     *     referenced key cannot be had, {@link io.holdfast.backup.ErrorCode#ENCRYPTION_KEY_INVALID} if it has the wrong form,
     *     {@link io.holdfast.backup.ErrorCode#DECRYPTION_FAILED} if it is not the right key or the bytes have changed
     */
    byte[] unwrap(String reference, byte[] wrapped, byte[] context);
}

package io.holdfast.backup.core.key;

import io.holdfast.backup.key.KeyProvider;
import java.security.SecureRandom;

/** Wraps with a key that lies on this host: whoever has it can wrap and unwrap. */
final class SymmetricKeyProvider implements KeyProvider {
    private static final String INFO = "holdfast v1 wrap";
    // Each wrapping has a key of its own, derived with a random salt, so its one nonce may be fixed.
    private static final byte[] NONCE = new byte[AesGcm.NONCE_BYTES];

    private final String scheme;
    private final LocalKeys keys;

    SymmetricKeyProvider(String scheme, LocalKeys keys) {
        this.scheme = scheme;
        this.keys = keys;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public byte[] wrap(String reference, byte[] dataKey, byte[] context) {
        byte[] salt = new byte[WrappedForm.UNIQUE_BYTES];
        new SecureRandom().nextBytes(salt);
        try (KeyMaterial key = keys.load(reference);
                KeyMaterial wrapping = Hkdf.derive(key, salt, INFO)) {
            return new WrappedForm(salt, AesGcm.seal(wrapping, NONCE, context, dataKey)).toBytes();
        }
    }

    @Override
    public byte[] unwrap(String reference, byte[] wrapped, byte[] context) {
        WrappedForm form = WrappedForm.of(wrapped);
        try (KeyMaterial key = keys.load(reference);
                KeyMaterial wrapping = Hkdf.derive(key, form.unique(), INFO)) {
            return AesGcm.open(wrapping, NONCE, context, form.sealed());
        }
    }
}

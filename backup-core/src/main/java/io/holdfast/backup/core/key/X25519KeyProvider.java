package io.holdfast.backup.core.key;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.key.KeyProvider;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Wraps for the holder of a private key. Whoever knows the public key can wrap, so a wrapped key proves nothing. */
final class X25519KeyProvider implements KeyProvider {
    private static final byte[] PURPOSE = "holdfast v1 wrap\n".getBytes(StandardCharsets.US_ASCII);

    private final LocalKeys keys;
    private final List<String> identities;

    /**
     * Creates a provider.
     *
     * @param keys reads private keys
     * @param identities references to the private keys of this host
     */
    X25519KeyProvider(LocalKeys keys, List<String> identities) {
        this.keys = keys;
        this.identities = List.copyOf(identities);
    }

    @Override
    public String scheme() {
        return X25519.SCHEME;
    }

    @Override
    public boolean anybodyCanWrap() {
        return true;
    }

    @Override
    public byte[] wrap(String reference, byte[] dataKey, byte[] context) {
        return Hpke.seal(X25519.publicKeyOf(reference), info(context), dataKey).toBytes();
    }

    @Override
    public byte[] unwrap(String reference, byte[] wrapped, byte[] context) {
        X25519.publicKeyOf(reference);
        for (String identity : identities) {
            try (KeyMaterial privateKey = keys.load(identity)) {
                if (X25519.recipient(privateKey).equals(reference)) {
                    return Hpke.open(privateKey, WrappedForm.of(wrapped), info(context));
                }
            }
        }
        throw new BackupException(
                ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                "Expected the private key of " + reference + ", found "
                        + (identities.isEmpty() ? "no private key on this host" : "other private keys only"));
    }

    private static byte[] info(byte[] context) {
        byte[] info = Arrays.copyOf(PURPOSE, PURPOSE.length + context.length);
        System.arraycopy(context, 0, info, PURPOSE.length, context.length);
        return info;
    }
}

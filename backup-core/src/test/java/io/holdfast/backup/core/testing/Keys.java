package io.holdfast.backup.core.testing;

import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.key.RepositoryKey;
import io.holdfast.backup.core.key.X25519;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The keys of one host: an environment, and configurations that look there. */
public final class Keys {
    private final Map<String, String> environment = new TreeMap<>();

    /** A host with keys of these names, each the same wherever it is. */
    public Keys(String... names) {
        for (String name : names) {
            environment.put(name, HexFormat.of().formatHex(bytes(name)));
        }
    }

    public void put(String name, String value) {
        environment.put(name, value);
    }

    public EncryptionConfig.Builder config() {
        return EncryptionConfig.builder().environment(environment::get);
    }

    /** The key of this name. */
    public static byte[] bytes(String name) {
        byte[] bytes = new byte[KeyMaterial.LENGTH];
        new Random(name.hashCode()).nextBytes(bytes);
        return bytes;
    }

    /** The public key that belongs to the private key of this name. */
    public static String publicKey(String name) {
        try (KeyMaterial privateKey = KeyMaterial.of(bytes(name))) {
            return X25519.recipient(privateKey);
        }
    }

    /** The id of the repository key of this name. */
    public static String idOf(String name) {
        try (KeyMaterial material = KeyMaterial.of(bytes(name));
                RepositoryKey key = new RepositoryKey(material)) {
            return key.id();
        }
    }
}

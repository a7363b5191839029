package io.holdfast.backup.core.key;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.key.KeyProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Wraps keys for the configured recipients, and unwraps with the configured keys and no others, whatever an archive refers to.
 * Safe for use by several threads.
 */
public final class KeyRing {
    private final EncryptionConfig config;
    private final LocalKeys local;
    private final SortedMap<String, KeyProvider> providers = new TreeMap<>();
    private final Set<String> allowed;

    /**
     * Creates a key ring with the built-in providers, those of the configuration and those that {@link ServiceLoader} finds with
     * the calling thread's context class loader.
     *
     * @param config which keys there are
     * @throws BackupException with {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} if a scheme has no provider, or two
     */
    public KeyRing(EncryptionConfig config) {
        this.config = config;
        this.local = new LocalKeys(config.environment());
        add(new SymmetricKeyProvider(LocalKeys.ENV, local));
        add(new SymmetricKeyProvider(LocalKeys.FILE, local));
        add(new X25519KeyProvider(local, config.identities()));
        config.providers().forEach(this::add);
        found().forEach(this::add);
        this.allowed = new HashSet<>(config.recipients());
        this.allowed.addAll(config.accepted());
        this.allowed.forEach(this::provider);
    }

    private static List<KeyProvider> found() {
        try {
            return ServiceLoader.load(KeyProvider.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError e) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE, "A key provider could not be loaded: " + e.getMessage(), e);
        }
    }

    private void add(KeyProvider provider) {
        KeyProvider other = providers.put(provider.scheme(), provider);
        if (other != null) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    "Expected one key provider for scheme \"" + provider.scheme() + "\", found "
                            + other.getClass().getName() + " and "
                            + provider.getClass().getName());
        }
    }

    /** Returns the references for which new keys are wrapped. */
    public List<String> recipients() {
        return config.recipients();
    }

    /**
     * Wraps a key.
     *
     * @param reference for whom
     * @param key the key
     * @param context what it is bound to
     * @return the wrapped key
     * @throws BackupException as {@link KeyProvider#wrap} does; with {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} if the scheme has
     *     no provider
     */
    public byte[] wrap(String reference, KeyMaterial key, byte[] context) {
        byte[] bytes = key.getEncoded();
        byte[] wrapped;
        try {
            wrapped = provider(reference).wrap(reference, bytes, context);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        if (wrapped.length > WrappedKey.MAX_WRAPPED_BYTES) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_INVALID,
                    "Expected at most " + WrappedKey.MAX_WRAPPED_BYTES + " bytes of wrapped key from the provider of "
                            + reference + ", found " + wrapped.length);
        }
        return wrapped;
    }

    void tryWrap(String reference) {
        try (KeyMaterial throwaway = KeyMaterial.random()) {
            wrap(reference, throwaway, new byte[0]);
        }
    }

    /**
     * Unwraps a key, if its reference is an allowed one.
     *
     * @param wrapped the wrapped key
     * @param context what it is bound to
     * @return the key, which the caller closes
     * @throws BackupException as {@link KeyProvider#unwrap} does; with {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} if the reference
     *     is not allowed
     */
    public KeyMaterial unwrap(WrappedKey wrapped, byte[] context) {
        // A public key selects nothing on this host but a private key that was configured.
        if (!allowed.contains(wrapped.reference()) && !wrapped.scheme().equals(X25519.SCHEME)) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    "The key is wrapped for " + wrapped.reference() + ", which is not among the allowed references "
                            + allowed.stream().sorted().toList());
        }
        byte[] key = provider(wrapped.reference()).unwrap(wrapped.reference(), wrapped.wrappedBytes(), context);
        try {
            return KeyMaterial.of(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Unwraps the first key that can be unwrapped here.
     *
     * @param wrapped the same key, wrapped for several recipients
     * @param context what it is bound to
     * @return the key, which the caller closes
     * @throws BackupException with the code of the likeliest reason if none can be unwrapped: {@link ErrorCode#DECRYPTION_FAILED}
     *     if a key was there and did not fit, else {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} or
     *     {@link ErrorCode#ENCRYPTION_KEY_INVALID}
     */
    public KeyMaterial unwrapAny(List<WrappedKey> wrapped, byte[] context) {
        List<BackupException> failures = new ArrayList<>();
        for (WrappedKey key : wrapped) {
            try {
                return unwrap(key, context);
            } catch (BackupException e) {
                failures.add(e);
            }
        }
        throw likeliest(failures);
    }

    /**
     * Returns the failure that tells most.
     *
     * @param failures why each of the wrapped keys could not be unwrapped
     * @return the failure
     */
    public static BackupException likeliest(List<BackupException> failures) {
        for (ErrorCode code : List.of(ErrorCode.DECRYPTION_FAILED, ErrorCode.ENCRYPTION_KEY_INVALID)) {
            for (BackupException failure : failures) {
                if (failure.code() == code) {
                    return failure;
                }
            }
        }
        return failures.isEmpty()
                ? new BackupException(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE, "Expected a wrapped key, found none")
                : failures.get(0);
    }

    /**
     * Returns whether a key that was wrapped for a reference may come from anybody.
     *
     * @param reference the reference
     * @return whether it proves nothing
     */
    public boolean anybodyCanWrap(String reference) {
        return provider(reference).anybodyCanWrap();
    }

    /**
     * Loads the repository key of this host, if the configuration says where it lies.
     *
     * @return the key, which the caller closes
     * @throws BackupException with {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} or {@link ErrorCode#ENCRYPTION_KEY_INVALID}
     */
    public Optional<RepositoryKey> localRepositoryKey() {
        return config.repositoryKey().map(reference -> {
            try (KeyMaterial material = local.load(reference)) {
                return new RepositoryKey(material);
            }
        });
    }

    /** Returns the id of the one repository key that is trusted, if it was given. */
    public Optional<String> repositoryKeyId() {
        return config.repositoryKeyId();
    }

    private KeyProvider provider(String reference) {
        String scheme = reference.substring(0, reference.indexOf(':'));
        KeyProvider provider = providers.get(scheme);
        if (provider == null) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    "Expected a key provider for scheme \"" + scheme + "\", found only " + providers.keySet());
        }
        return provider;
    }
}

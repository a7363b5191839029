package io.holdfast.backup.core.key;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Finding;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.key.KeyProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says that a repository is encrypted, for whom, and which keys this host has. What an archive says of itself changes none of
 * it. Holds references to keys, never a key. Immutable.
 *
 * <p>References: {@code env:NAME} is a key of 64 hexadecimal digits in an environment variable, {@code file:/path} one in a file
 * of exactly 32 bytes, {@code x25519:} and 64 hexadecimal digits a public key. Other schemes are those of the
 * {@link KeyProvider}s that were added or that {@link java.util.ServiceLoader} finds.
 */
public final class EncryptionConfig {
    private final Builder values;

    private EncryptionConfig(Builder builder) {
        this.values = builder.copy();
    }

    /** Begins a configuration. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the references for which new keys are wrapped. */
    public List<String> recipients() {
        return List.copyOf(values.recipients);
    }

    /** Returns the other references with which keys may be unwrapped. */
    public List<String> accepted() {
        return List.copyOf(values.accepted);
    }

    /** Returns the references to the private keys on this host. */
    public List<String> identities() {
        return List.copyOf(values.identities);
    }

    /** Returns the reference to the repository key on this host, if it is here. */
    public Optional<String> repositoryKey() {
        return Optional.ofNullable(values.repositoryKey);
    }

    /** Returns the id of the one repository key that is trusted, if it was given. */
    public Optional<String> repositoryKeyId() {
        return Optional.ofNullable(values.repositoryKeyId);
    }

    /** Returns the id of the one repository that is trusted, if it was given. */
    public Optional<String> repositoryId() {
        return Optional.ofNullable(values.repositoryId);
    }

    List<KeyProvider> providers() {
        return List.copyOf(values.providers);
    }

    Function<String, @Nullable String> environment() {
        return values.environment;
    }

    /**
     * Looks whether every key that is referred to can be used here: wraps a key for each recipient and throws it away, and loads
     * the keys of this host.
     *
     * @return an error for each key that cannot be used, a warning for each key file that others than its owner can read
     */
    public List<Finding> check() {
        List<Finding> findings = new ArrayList<>();
        KeyRing ring;
        try {
            ring = new KeyRing(this);
        } catch (BackupException e) {
            return List.of(Finding.error(e.code().wireValue(), e.getMessage()));
        }
        LocalKeys local = new LocalKeys(values.environment);
        List<String> localReferences = new ArrayList<>(values.identities);
        repositoryKey().ifPresent(localReferences::add);
        for (String recipient : values.recipients) {
            attempt(findings, () -> ring.tryWrap(recipient));
        }
        for (String reference : localReferences) {
            attempt(findings, () -> local.load(reference).close());
        }
        localReferences.addAll(values.recipients);
        localReferences.addAll(values.accepted);
        localReferences.stream()
                .distinct()
                .filter(local::readableByOthers)
                .forEach(reference -> findings.add(Finding.warning(
                        "key_file_readable_by_others",
                        "The key " + reference + " can be read by others than its owner; take the rights away")));
        return findings;
    }

    private static void attempt(List<Finding> findings, Runnable step) {
        try {
            step.run();
        } catch (BackupException e) {
            findings.add(Finding.error(e.code().wireValue(), e.getMessage()));
        }
    }

    /** Returns the references, none of which is a secret. */
    @Override
    public String toString() {
        return "encryption for " + values.recipients + ", also unwrapping with " + values.accepted + ", private keys "
                + values.identities
                + repositoryKey().map(key -> ", repository key " + key).orElse("");
    }

    /** Collects the values of an {@link EncryptionConfig}. Used by one thread. */
    public static final class Builder {
        private final List<String> recipients = new ArrayList<>();
        private final List<String> accepted = new ArrayList<>();
        private final List<String> identities = new ArrayList<>();
        private final List<KeyProvider> providers = new ArrayList<>();
        private @Nullable String repositoryKey;
        private @Nullable String repositoryKeyId;
        private @Nullable String repositoryId;
        private Function<String, @Nullable String> environment = System::getenv;

        private Builder() {}

        private Builder copy() {
            Builder copy = new Builder();
            copy.recipients.addAll(recipients);
            copy.accepted.addAll(accepted);
            copy.identities.addAll(identities);
            copy.providers.addAll(providers);
            copy.repositoryKey = repositoryKey;
            copy.repositoryKeyId = repositoryKeyId;
            copy.repositoryId = repositoryId;
            copy.environment = environment;
            return copy;
        }

        /**
         * Adds somebody who can read new backups. At least one is needed to write.
         *
         * @param reference such as {@code env:BACKUP_KEY}, {@code file:/etc/keys/backup} or {@code x25519:...}
         * @return this builder
         * @throws IllegalArgumentException if it does not have the form of a reference
         */
        public Builder recipient(String reference) {
            recipients.add(WrappedKey.requireReference(reference));
            return this;
        }

        /**
         * Allows one more key for unwrapping: one for which new keys are no longer wrapped.
         *
         * @param reference such as {@code env:OLD_KEY}
         * @return this builder
         * @throws IllegalArgumentException if it does not have the form of a reference
         */
        public Builder accept(String reference) {
            accepted.add(WrappedKey.requireReference(reference));
            return this;
        }

        /**
         * Adds a private key of this host, which opens what was wrapped for its {@code x25519:} public key.
         *
         * @param reference {@code env:NAME} or {@code file:/path}
         * @return this builder
         * @throws IllegalArgumentException if it does not have the form of a reference
         */
        public Builder identity(String reference) {
            identities.add(WrappedKey.requireReference(reference));
            return this;
        }

        /**
         * Says where the repository key lies on this host. It is then never taken from the destination. A host that has only
         * public keys needs it: to back up, list, hold and prune.
         *
         * @param reference {@code env:NAME} or {@code file:/path}
         * @return this builder
         * @throws IllegalArgumentException if it does not have the form of a reference
         */
        public Builder repositoryKey(String reference) {
            repositoryKey = WrappedKey.requireReference(reference);
            return this;
        }

        /**
         * Trusts one repository key only, by its id. Needed where the repository key is taken from the destination and was
         * wrapped for a public key: anybody could have wrapped another one.
         *
         * @param id 32 hexadecimal digits, as {@link RepositoryKey#id} returns them
         * @return this builder
         * @throws IllegalArgumentException if it has another form
         */
        public Builder repositoryKeyId(String id) {
            if (!id.matches("[0-9a-f]{32}")) {
                throw new IllegalArgumentException("Expected 32 hexadecimal digits in lower case, found another form");
            }
            repositoryKeyId = id;
            return this;
        }

        /**
         * Trusts one repository only, by its id. Whoever has several repositories with the same keys needs it, so that one cannot
         * be put in the place of another; and a repository that has vanished is not made anew.
         *
         * @param id the repository's id, a ULID
         * @return this builder
         * @throws IllegalArgumentException if it has another form
         */
        public Builder repositoryId(String id) {
            repositoryId = new BackupId(id).value();
            return this;
        }

        /**
         * Adds a provider for a further scheme, beside those that {@link java.util.ServiceLoader} finds.
         *
         * @param provider the provider
         * @return this builder
         */
        public Builder provider(KeyProvider provider) {
            providers.add(provider);
            return this;
        }

        /**
         * Sets where {@code env:} keys are looked up; by default in the environment of the process.
         *
         * @param lookup returns the value of a name, or null
         * @return this builder
         */
        public Builder environment(Function<String, @Nullable String> lookup) {
            environment = lookup;
            return this;
        }

        /** Returns the configuration. */
        public EncryptionConfig build() {
            return new EncryptionConfig(this);
        }
    }
}

package io.holdfast.examples.catalog;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.destination.Destination;
import java.util.Optional;

/**
 * Opens repositories with the keys of the command line, or plain where it names none.
 *
 * @param config the keys, if there are any
 */
record Encryption(Optional<EncryptionConfig> config) {
    static Encryption of(Arguments arguments) {
        if (arguments.options().keySet().stream().noneMatch(Arguments.KEY_OPTIONS::contains)) {
            return new Encryption(Optional.empty());
        }
        EncryptionConfig.Builder builder = EncryptionConfig.builder();
        arguments.option("encrypt").ifPresent(references -> {
            for (String reference : references.split(",", -1)) {
                builder.recipient(reference);
            }
        });
        arguments.option("identity").ifPresent(builder::identity);
        arguments.option("repository-key").ifPresent(builder::repositoryKey);
        arguments.option("repository-key-id").ifPresent(builder::repositoryKeyId);
        return new Encryption(Optional.of(builder.build()));
    }

    Repository openReadOnly(Destination destination) {
        return config.map(keys -> Repository.openReadOnly(destination, keys))
                .orElseGet(() -> Repository.openReadOnly(destination));
    }

    RepositoryConfig configFor(StoreIdentity store) {
        RepositoryConfig.Builder builder = RepositoryConfig.builder(store).name("catalog");
        config.ifPresent(builder::encryption);
        return builder.build();
    }
}

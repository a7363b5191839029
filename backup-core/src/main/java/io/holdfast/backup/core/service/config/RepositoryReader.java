package io.holdfast.backup.core.service.config;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.retention.RetentionPolicy;
import io.holdfast.backup.core.retention.Rule;
import io.holdfast.backup.core.scheduler.MissedRuns;
import io.holdfast.backup.core.scheduler.Schedule;
import io.holdfast.backup.core.service.RepositorySettings;
import io.holdfast.backup.destination.DestinationConfig;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads one repository of a file. Used by one thread, once. */
final class RepositoryReader {
    private static final String REFERENCE = "expected a key reference such as env:NAME, file:/path or x25519:...";

    private final ConfigObject json;

    RepositoryReader(ConfigObject json) {
        this.json = json;
    }

    /** Returns the settings, unless they cannot even be made; every mistake is noted. */
    Optional<RepositorySettings> read() {
        Optional<RepositorySettings.Builder> begun = builder();
        // Without these three, the rest is still looked at.
        RepositorySettings.Builder builder = begun.orElseGet(() -> RepositorySettings.builder(
                "unknown", new StoreIdentity("unknown", "unknown"), DestinationConfig.of("file", Map.of())));
        schedule("schedule", "zone", builder::schedule);
        schedule("drill_schedule", "drill_zone", builder::drillSchedule);
        json.duration("max_jitter", builder::maxJitter);
        json.text("missed_runs", "expected skip or once", value -> builder.missedRuns(missedRuns(value)));
        json.duration("overdue_after", builder::overdueAfter);
        json.object("retention").ifPresent(retention -> builder.retention(retention(retention)));
        json.duration("stall_timeout", builder::stallTimeout);
        json.duration("max_duration", builder::maxDuration);
        json.object("encryption").flatMap(RepositoryReader::encryption).ifPresent(builder::encryption);
        json.integer("compression_level", "expected 1 to 19", level -> {
            if (level < 1 || level > 19) {
                throw new IllegalArgumentException();
            }
            builder.compressionLevel(level);
        });
        json.truth("single_writer", builder::singleWriter);
        json.refuseOthers();
        return begun.isEmpty() ? Optional.empty() : built(builder);
    }

    private static MissedRuns missedRuns(String value) {
        return Arrays.stream(MissedRuns.values())
                .filter(runs -> runs.name().toLowerCase(Locale.ROOT).equals(value))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new);
    }

    private Optional<RepositorySettings> built(RepositorySettings.Builder builder) {
        try {
            return Optional.of(builder.build());
        } catch (BackupException | IllegalArgumentException e) {
            // The schedules have been looked at one by one, and are noted already.
            return Optional.empty();
        }
    }

    private Optional<RepositorySettings.Builder> builder() {
        Optional<String> name = json.requiredText("name");
        Optional<StoreIdentity> store = store();
        Optional<DestinationConfig> destination = destination();
        AtomicReference<RepositorySettings.@Nullable Builder> builder = new AtomicReference<>();
        if (name.isPresent()) {
            json.attempt(
                    "name",
                    "expected 1 to 100 characters of [A-Za-z0-9._-]",
                    () -> builder.set(RepositorySettings.builder(
                            name.get(),
                            store.orElse(new StoreIdentity("unknown", "unknown")),
                            destination.orElse(DestinationConfig.of("file", Map.of())))));
        }
        return store.isPresent() && destination.isPresent() ? Optional.ofNullable(builder.get()) : Optional.empty();
    }

    private Optional<StoreIdentity> store() {
        if (!json.has("store")) {
            json.mistake("store", "is missing");
        }
        return json.object("store").flatMap(store -> {
            Optional<String> id = store.requiredText("id");
            Optional<String> kind = store.requiredText("kind");
            store.refuseOthers();
            AtomicReference<@Nullable StoreIdentity> identity = new AtomicReference<>();
            if (id.isPresent() && kind.isPresent()) {
                json.attempt(
                        "store",
                        "expected an id and a kind within their bounds",
                        () -> identity.set(new StoreIdentity(id.get(), kind.get())));
            }
            return Optional.ofNullable(identity.get());
        });
    }

    /** Either a URI, or a kind with its properties. */
    private Optional<DestinationConfig> destination() {
        Optional<ConfigObject> parts =
                json.has("destination_properties") ? json.object("destination_properties") : Optional.empty();
        Optional<String> text = json.requiredText("destination");
        AtomicReference<@Nullable DestinationConfig> config = new AtomicReference<>();
        text.ifPresent(where -> json.attempt(
                "destination",
                "expected a URI such as file:/var/backups or s3://bucket/prefix, or a kind beside destination_properties",
                () -> config.set(
                        parts.isPresent()
                                ? DestinationConfig.of(where, parts.get().asTexts())
                                : DestinationConfig.parse(where))));
        return Optional.ofNullable(config.get());
    }

    private void schedule(String name, String zoneName, BiConsumer<String, ZoneId> taker) {
        ZoneId zone = json.zone(zoneName).orElse(ZoneOffset.UTC);
        json.text(name).ifPresent(expression -> {
            try {
                Schedule unused = Schedule.parse(expression, zone);
                taker.accept(expression, zone);
            } catch (BackupException e) {
                json.mistake(name, String.valueOf(e.getMessage()));
            }
        });
    }

    private static RetentionPolicy retention(ConfigObject json) {
        RetentionPolicy.Builder policy = RetentionPolicy.builder();
        for (Rule rule : Rule.values()) {
            if (rule.counts()) {
                json.integer(
                        rule.name().toLowerCase(Locale.ROOT),
                        "expected a number of 0 or more",
                        count -> policy.keep(rule, count));
            }
        }
        json.duration("within", policy::keepWithin);
        json.duration("safety_within", policy::keepSafetyWithin);
        json.zone("zone").ifPresent(policy::zone);
        json.refuseOthers();
        return policy.build();
    }

    private static Optional<EncryptionConfig> encryption(ConfigObject json) {
        EncryptionConfig.Builder keys = EncryptionConfig.builder();
        json.texts("recipients", REFERENCE, keys::recipient);
        json.texts("accepted", REFERENCE, keys::accept);
        json.texts("identities", REFERENCE, keys::identity);
        json.text("repository_key", REFERENCE, keys::repositoryKey);
        json.text("repository_key_id", "expected the id that make-key shows", keys::repositoryKeyId);
        json.text("repository_id", "expected the id of a repository", keys::repositoryId);
        json.refuseOthers();
        try {
            return Optional.of(keys.build());
        } catch (BackupException | IllegalArgumentException e) {
            json.mistake("recipients", "expected keys that fit together: at least a recipient or an identity");
            return Optional.empty();
        }
    }
}

package io.holdfast.tests.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.testbed.S3Server;
import io.holdfast.testbed.chaos.ChaosProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * A backup, its verification and its restore in bad weather, and then a look in good weather at what is really there.
 *
 * <p>Each step ends well or with a {@link BackupException}; what is there afterwards must agree with that.
 */
final class ChaosRun {
    private static final StoreIdentity STORE = new StoreIdentity("chaos-1", "random");

    private final S3Server server;
    private final String bucket;
    private final ChaosScenario scenario;
    private final List<String> errors = new ArrayList<>();

    ChaosRun(S3Server server, String bucket, ChaosScenario scenario) {
        this.server = server;
        this.bucket = bucket;
        this.scenario = scenario;
    }

    /**
     * How the steps have ended, each with {@code ok}, the name of an error, or {@code -} if it was not reached.
     *
     * @param published whether the backup was there afterwards
     * @param faults how many of which fault there were
     * @param errors the messages of the errors
     */
    record Outcome(
            String backup,
            String verify,
            String restore,
            boolean published,
            Map<String, Long> faults,
            List<String> errors) {}

    Outcome run() throws IOException {
        RandomStore store = RandomStore.filled(scenario.seed(), scenario.size());
        String backup;
        String verify = "-";
        String restore = "-";
        Map<String, Long> faults;
        try (ChaosProxy proxy = ChaosProxy.before(server, scenario.script());
                Destination destination = open(proxy)) {
            Step<BackupId> made = step(() -> backUp(destination, store));
            backup = made.ending();
            if (made.result().isPresent()) {
                BackupId id = made.result().get();
                verify = step(() -> verify(destination, id)).ending();
                restore = step(() -> restore(destination, id, store)).ending();
            }
            faults = proxy.traffic().faults();
        }
        boolean published = requireTruth(backup, store);
        requireNothingAbandoned();
        return new Outcome(backup, verify, restore, published, faults, errors);
    }

    /** What a step has given, or how it has failed. */
    private record Step<T>(Optional<T> result, String ending) {}

    private <T> Step<T> step(Supplier<T> action) {
        try {
            T result = action.get();
            return new Step<>(Optional.of(result), result instanceof String word ? word : "ok");
        } catch (BackupException e) {
            errors.add(e.getMessage());
            return new Step<>(Optional.empty(), e.code().wireValue());
        }
    }

    private Destination open(S3Server through) {
        Map<String, String> properties = new TreeMap<>(through.properties(bucket));
        properties.putAll(Map.of(
                "prefix",
                "chaos",
                "part-size",
                "5MiB",
                "timeout",
                "500ms",
                "connect-timeout",
                "1s",
                "call-timeout",
                "10s"));
        return Destinations.open(DestinationConfig.of("s3", properties));
    }

    private static RepositoryConfig config() {
        return RepositoryConfig.builder(STORE)
                .grace(Duration.ofMillis(1))
                .voidRetention(Duration.ofMillis(1))
                .build();
    }

    private static BackupId backUp(Destination destination, RandomStore store) {
        Repository repository = Repository.open(destination, config());
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(store, BackupRequest.manual()).backupId();
        }
    }

    private static String verify(Destination destination, BackupId id) {
        Verification verification = new Verifier(Repository.openReadOnly(destination)).verify(id, VerifyLevel.DECODED);
        return verification
                .damage()
                .map(damage -> "damaged " + damage.code().wireValue() + ": " + damage.message())
                .orElse("ok");
    }

    private static String restore(Destination destination, BackupId id, RandomStore store) {
        RandomStore fresh = RandomStore.empty();
        new Restorer(Repository.openReadOnly(destination)).restore(id, fresh);
        try {
            assertThat(fresh.holdsWhatWasIn(store)).as("what was restored").isTrue();
            return "ok";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns whether a backup is there, after asking whether that is what was said. */
    private boolean requireTruth(String backup, RandomStore store) {
        try (Destination destination = open(server)) {
            List<BackupEntry> listed = Repository.openReadOnly(destination).list();
            if (backup.equals("ok")) {
                assertThat(listed).hasSize(1);
            } else if (!backup.equals(ErrorCode.DESTINATION_OUTCOME_UNKNOWN.wireValue())) {
                assertThat(listed).as("after " + backup).isEmpty();
            }
            for (BackupEntry entry : listed) {
                assertThat(entry.state()).isEqualTo(BackupEntry.State.AVAILABLE);
                assertThat(verify(destination, entry.id())).isEqualTo("ok");
                assertThat(restore(destination, entry.id(), store)).isEqualTo("ok");
            }
            return !listed.isEmpty();
        }
    }

    /** Sweeps until nothing is left but the repository's own object and whole backups. */
    private void requireNothingAbandoned() {
        try (Destination destination = open(server)) {
            if (Repository.openReadOnly(destination).id().isEmpty()) {
                Repository.open(destination, config());
            }
            Repository repository = Repository.open(destination, config());
            Awaitility.await().atMost(Duration.ofSeconds(20)).pollInSameThread().untilAsserted(() -> {
                assertThat(repository.sweep().failures()).isEmpty();
                assertThat(server.client().unfinishedUploads(bucket)).isEmpty();
                assertThat(server.client().keys(bucket))
                        .allMatch(key -> key.equals("chaos/repository.json")
                                || repository.list().stream()
                                        .anyMatch(entry -> key.startsWith("chaos/backups/" + entry.id() + "/")));
            });
        }
    }
}

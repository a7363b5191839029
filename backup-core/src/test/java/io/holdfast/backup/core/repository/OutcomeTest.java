package io.holdfast.backup.core.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.ForwardingDestination;
import io.holdfast.backup.core.testing.SteppedDestination;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a backup when nobody answers to the commit of its manifest (F3). */
class OutcomeTest {
    private final Bench bench = new Bench();
    private final SteppedDestination destination = bench.connect();
    private Repository repository;

    @BeforeEach
    void open() {
        repository = bench.open(destination);
    }

    private static DestinationException failure(ErrorCode code) {
        return new DestinationException(code, "key", "injected", null);
    }

    /** Loses the requests or the answers of the first commits of the manifest. */
    private final class Lossy implements SteppedDestination.Hook {
        private final int times;
        private final boolean arrives;
        private final Runnable meanwhile;
        private int seen;

        Lossy(int times, boolean arrives, Runnable meanwhile) {
            this.times = times;
            this.arrives = arrives;
            this.meanwhile = meanwhile;
        }

        @Override
        public void before(int step, String call) {
            if (!arrives) {
                lose(call);
            }
        }

        @Override
        public void after(int step, String call) {
            if (arrives) {
                lose(call);
            }
        }

        private void lose(String call) {
            if (call.startsWith("commit") && call.endsWith("/manifest.json") && seen++ < times) {
                meanwhile.run();
                throw failure(ErrorCode.DESTINATION_OUTCOME_UNKNOWN);
            }
        }
    }

    private List<String> onlyAttempt() {
        List<String> names = new ArrayList<>();
        try (Stream<ObjectInfo> objects = bench.server.open().list("backups/", "")) {
            objects.map(object -> object.key().substring(35)).forEach(names::add);
        }
        return names;
    }

    @Test
    void a_lost_answer_is_settled_as_published() {
        destination.hook(new Lossy(1, true, () -> {}));

        bench.requireSound(bench.backUp(repository));
    }

    @Test
    void a_lost_request_is_made_again() {
        destination.hook(new Lossy(1, false, () -> {}));

        bench.requireSound(bench.backUp(repository));
    }

    @Test
    void a_void_marker_that_came_first_settles_it_as_lost() {
        destination.hook(new Lossy(1, false, () -> {
            bench.serverClock.move(Duration.ofDays(2));
            assertThat(bench.open().sweep().voided()).hasSize(1);
        }));

        assertThat(Bench.codeOf(() -> bench.backUp(repository))).isEqualTo(ErrorCode.BACKUP_ABORTED);
        assertThat(bench.listed()).isEmpty();
        assertThat(onlyAttempt()).containsExactly("manifest.json");
    }

    @Test
    void what_stays_unknown_and_did_not_happen_is_kept_until_a_sweep_has_voided_it() {
        destination.hook(new Lossy(Integer.MAX_VALUE, false, () -> {}));

        assertThat(Bench.codeOf(() -> bench.backUp(repository))).isEqualTo(ErrorCode.DESTINATION_OUTCOME_UNKNOWN);
        assertThat(onlyAttempt()).containsExactly("intent.json", "payload-ids.bin", "payload.bin");
        assertThat(bench.open().sweep().voided()).isEmpty();
        bench.serverClock.move(Duration.ofDays(2));
        assertThat(bench.open().sweep().voided()).hasSize(1);
        assertThat(onlyAttempt()).containsExactly("manifest.json");
    }

    @Test
    void what_stays_unknown_and_did_happen_is_a_whole_backup() {
        SteppedDestination.Hook lossy = new Lossy(1, true, () -> {});
        destination.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (bench.listed().size() == 1 && call.startsWith("open")) {
                    throw failure(ErrorCode.DESTINATION_UNREACHABLE);
                }
            }

            @Override
            public void after(int step, String call) {
                lossy.after(step, call);
            }
        });

        assertThat(Bench.codeOf(() -> bench.backUp(repository))).isEqualTo(ErrorCode.DESTINATION_OUTCOME_UNKNOWN);
        bench.requireSound(bench.listed().get(0));
        bench.serverClock.move(Duration.ofDays(40));
        assertThat(bench.open().sweep().voided()).isEmpty();
        bench.requireSound(bench.listed().get(0));
    }

    @Test
    void a_plain_failure_after_an_unknown_outcome_settles_nothing() {
        SteppedDestination.Hook lossy = new Lossy(1, true, () -> {});
        destination.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (bench.listed().size() == 1) {
                    throw failure(ErrorCode.DESTINATION_UNREACHABLE);
                }
            }

            @Override
            public void after(int step, String call) {
                lossy.after(step, call);
            }
        });

        assertThat(Bench.codeOf(() -> bench.backUp(repository))).isEqualTo(ErrorCode.DESTINATION_OUTCOME_UNKNOWN);
        bench.requireSound(bench.listed().get(0));
    }

    @Test
    void a_manifest_that_reads_back_damaged_is_not_taken_for_void() {
        destination.hook(new Lossy(1, true, () -> {
            BackupId id = bench.listed().get(0);
            bench.server.replace("backups/" + id + "/manifest.json", new byte[10]);
        }));

        assertThat(bench.listed()).isEmpty();
        Bench.codeOf(() -> bench.backUp(repository));
        assertThat(onlyAttempt()).containsExactly("intent.json", "manifest.json", "payload-ids.bin", "payload.bin");
    }

    @Test
    void a_failed_commit_of_the_manifest_leaves_nothing() {
        destination.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (call.endsWith("/manifest.json") && call.startsWith("commit")) {
                    throw failure(ErrorCode.DESTINATION_NO_SPACE);
                }
            }
        });

        assertThat(Bench.codeOf(() -> bench.backUp(repository))).isEqualTo(ErrorCode.DESTINATION_NO_SPACE);
        assertThat(bench.server.keys()).containsExactly("repository.json");
    }

    /** Commits, and then fails to close. */
    private static final class Untidy extends ForwardingDestination {
        Untidy(Destination inner) {
            super(inner);
        }

        @Override
        public ObjectUpload upload(String key) {
            ObjectUpload upload = super.upload(key);
            return new ObjectUpload() {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    upload.write(bytes, offset, length);
                }

                @Override
                public ObjectInfo commit() {
                    return upload.commit();
                }

                @Override
                public void close() {
                    upload.close();
                    if (key.endsWith("/manifest.json")) {
                        throw failure(ErrorCode.DESTINATION_UNREACHABLE);
                    }
                }
            };
        }
    }

    @Test
    void a_close_that_fails_after_the_commit_takes_nothing_back() {
        Repository untidy = Repository.open(
                new Untidy(bench.server.open()), bench.config(Bench.STORE).build());

        bench.requireSound(bench.backUp(untidy));
    }

    @Test
    void an_attempt_that_was_discarded_is_never_published() {
        SteppedDestination.Hook discarding = new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (call.endsWith("/manifest.json") && call.startsWith("commit")) {
                    BackupId id = new BackupId(call.substring(15, 41));
                    bench.open().discardAttempt(id, "a successor");
                }
            }
        };
        destination.hook(discarding);

        assertThat(Bench.codeOf(() -> bench.backUp(repository))).isEqualTo(ErrorCode.BACKUP_ABORTED);
        assertThat(onlyAttempt()).containsExactly("manifest.json");
        assertThat(bench.listed()).isEmpty();
    }

    @Test
    void discarding_a_published_backup_does_nothing() {
        BackupId id = bench.backUp(repository);

        repository.discardAttempt(id, "by mistake");

        bench.requireSound(id);
    }
}

package io.holdfast.backup.core.restore;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.SteppedDestination;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verification beside those who delete. */
class VerifierTest {
    private final Bench bench = new Bench();

    /** The deletion comes before the data are read, between two of them, or after all of them, before the result is kept. */
    @ParameterizedTest
    @CsvSource({
        "DIGEST, payload.bin, before",
        "DIGEST, payload-ids.bin, before",
        "DIGEST, payload-ids.bin, after",
        "DECODED, payload.bin, before",
        "DECODED, payload-ids.bin, before",
        "DECODED, payload-ids.bin, after"
    })
    void a_backup_that_is_deleted_meanwhile_is_not_found_and_not_damaged(
            VerifyLevel level, String object, String moment) {
        SteppedDestination connection = bench.connect();
        Repository repository = bench.open(connection);
        BackupId id = bench.backUp(repository);
        // Long after the backup, so that its deletion leaves nothing that says "never published".
        bench.serverClock.move(Duration.ofDays(3));
        bench.hostClock.move(Duration.ofDays(3));
        Repository other = bench.open();
        connection.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                delete("before", call);
            }

            @Override
            public void after(int step, String call) {
                delete("after", call);
            }

            private void delete(String now, String call) {
                if (moment.equals(now) && call.equals("open backups/" + id + "/" + object)) {
                    other.delete(id);
                }
            }
        });
        assertThat(codeOf(() -> new Verifier(repository).verify(id, level))).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
        assertThat(bench.objectsOf(id)).isEmpty();
    }
}

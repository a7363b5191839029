package io.holdfast.examples.engines.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.holdfast.examples.engines.postgresql.PostgresMeasurement;
import io.holdfast.examples.engines.rocksdb.RocksMeasurement;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long backups and restores of large stores take in a heap of 512 MiB, beside other programs. The sizes can be chosen:
 * -Dmeasured.entries, -Dmeasured.rows.
 */
@Tag("soak")
@Timeout(3_600)
class EnginesMeasuredTest {
    private static final int ENTRIES = Integer.getInteger("measured.entries", 5_000_000);
    private static final int ROWS = Integer.getInteger("measured.rows", 2_000_000);

    @TempDir
    Path directory;

    @Test
    void rocksdb_beside_tar() throws Exception {
        assertThat(ChildJvm.run(RocksMeasurement.class.getName(), directory.toString(), Integer.toString(ENTRIES)))
                .isZero();
    }

    @Test
    void postgresql_beside_pg_dump() throws Exception {
        Optional<Path> programs = DebianServer.installed();
        assumeThat(programs).as("a server with its own pg_dump").isPresent();
        try (DebianServer server = DebianServer.start(programs.orElseThrow())) {
            assertThat(ChildJvm.run(
                            PostgresMeasurement.class.getName(),
                            directory.toString(),
                            Integer.toString(ROWS),
                            programs.orElseThrow().toString(),
                            Integer.toString(server.port())))
                    .isZero();
        }
    }
}

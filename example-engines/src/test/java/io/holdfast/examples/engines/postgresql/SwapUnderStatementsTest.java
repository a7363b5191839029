package io.holdfast.examples.engines.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.StagedStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a statement over two tables sees when the schema is replaced between its looks at their names. */
@Timeout(120)
class SwapUnderStatementsTest {
    private static Server server;

    @TempDir
    static Path serverDirectory;

    @BeforeAll
    static void start() throws IOException {
        server = Server.start(serverDirectory);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void a_statement_that_has_begun_sees_one_store() throws Exception {
        DataSource database = server.database("tests");
        LiveTables.recreate(database);
        LiveTables.fill(database, "live");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Connection holder = server.database("holder").getConnection();
                Statement statement = holder.createStatement();
                StagedStore staged =
                        LiveTables.target(server.database("swapping")).stage()) {
            fillStaged();
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE live.directories IN ACCESS EXCLUSIVE MODE");
            // It has found the first table by its name, and waits for the second one.
            Future<String> answer = threads.submit(() -> Reader.ask(server.database("asking")));
            await().until(() -> server.waits("asking"));
            Future<?> swap = threads.submit(() -> {
                staged.swap();
                return staged;
            });
            await().until(() -> swap.isDone() || server.waits("swapping"));
            holder.rollback();
            assertThat(answer.get()).isIn("live", "restored");
            swap.get();
            assertThat(Reader.ask(database)).isEqualTo("restored");
            staged.cleanUp();
        } finally {
            threads.shutdown();
        }
    }

    private static void fillStaged() throws Exception {
        String rows = " FROM generate_series(1, " + LiveTables.ROWS + ") n";
        server.sql("INSERT INTO live_holdfast_staged.directories SELECT n, 'restored'" + rows);
        server.sql("INSERT INTO live_holdfast_staged.files SELECT n, n, 'file ' || n, 'restored'" + rows);
    }
}

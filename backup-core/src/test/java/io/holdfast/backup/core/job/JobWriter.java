package io.holdfast.backup.core.job;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Another process that writes jobs and notes, one step for each byte of its input. Arguments: a directory or the URL of a
 * database, and a seed. Says who it is, and then the number of each step before it and after it.
 */
final class JobWriter {
    private JobWriter() {}

    public static void main(String[] args) throws IOException, SQLException {
        try (Connection pooled = connectionOf(args[0]);
                JobStore store = open(args[0])) {
            say(store.owner());
            JobSteps steps = new JobSteps(store.owner(), Long.parseLong(args[1]));
            for (int step = 0; System.in.read() >= 0; step++) {
                say("before " + step);
                steps.apply(step, store);
                say("after " + step);
            }
        }
    }

    static JobStore open(String where) {
        if (where.startsWith("jdbc:")) {
            SimpleDataSource database = SimpleDataSource.of(where);
            JdbcJobSchema.createOrMigrate(database);
            return JdbcJobStore.open(database, () -> JobStoreConformance.TIME);
        }
        return DirectoryJobStore.open(Path.of(where), () -> JobStoreConformance.TIME);
    }

    /** An application has a pool of connections: its database is not closed after each of them. */
    private static @Nullable Connection connectionOf(String where) throws SQLException {
        return where.startsWith("jdbc:") ? SimpleDataSource.of(where).getConnection() : null;
    }

    private static void say(String line) {
        System.out.println(line);
        if (System.out.checkError()) {
            // Nobody listens any more.
            Runtime.getRuntime().halt(1);
        }
    }
}

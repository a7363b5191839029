package io.holdfast.backup.core.restore.schema;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.RestoreListener;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestorePhase;
import io.holdfast.backup.core.restore.RestoreProgress;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.sql.DriverManager;
import javax.sql.DataSource;

/** A process that restores into a database, and stands still before one step until it is killed. */
final class CrashingSchemaRestore {
    private final int last;
    private int steps;

    private CrashingSchemaRestore(int last) {
        this.last = last;
    }

    /** Arguments: the destination's URI, the database's URL, and before which step to stand still. */
    public static void main(String[] arguments) {
        new CrashingSchemaRestore(Integer.parseInt(arguments[2])).run(arguments[0], arguments[1]);
    }

    private void run(String uri, String url) {
        DataSource database = (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, args) -> DriverManager.getConnection(url));
        try (Destination destination = Destinations.open(uri);
                Repository repository = Repository.openReadOnly(destination)) {
            SchemaSwap swap = SchemaSwap.builder(
                            database, "notes", Bench.STORE, schema -> TableNotes.create(database, schema))
                    .steps(this::step)
                    .build();
            RestoreOrchestrator.builder(repository, swap)
                    .listener(new RestoreListener() {
                        @Override
                        public void progressed(RestoreProgress progress) {
                            step("progressed");
                        }

                        @Override
                        public void entered(RestorePhase phase) {
                            step(phase.name());
                        }
                    })
                    .build()
                    .restore(new RestoreSelection.Newest(), new Cancellation());
        }
        System.out.println("done " + steps);
    }

    private void step(String what) {
        steps++;
        if (steps != last) {
            return;
        }
        System.out.println("before " + what);
        try {
            int unused = System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

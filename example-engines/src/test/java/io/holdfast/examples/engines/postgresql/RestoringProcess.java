package io.holdfast.examples.engines.postgresql;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.RestoreListener;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestorePhase;
import io.holdfast.backup.core.restore.RestoreProgress;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.postgresql.ds.PGSimpleDataSource;

/** A process that restores the live tables, and stands still at one phase, or at its end, until it is killed. */
final class RestoringProcess {
    private RestoringProcess() {}

    /** Arguments: the destination's URI, the database's URL, and the phase, or anything else for none. */
    public static void main(String[] arguments) throws IOException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(arguments[1]);
        try (Destination destination = Destinations.open(arguments[0]);
                Repository repository = Repository.openReadOnly(destination)) {
            System.out.println("ready");
            RestoreOrchestrator.builder(repository, LiveTables.target(database))
                    .listener(new RestoreListener() {
                        @Override
                        public void progressed(RestoreProgress progress) {}

                        @Override
                        public void entered(RestorePhase phase) {
                            if (phase.name().equals(arguments[2])) {
                                standStill(phase.name());
                            }
                        }
                    })
                    .build()
                    .restore(new RestoreSelection.Newest(), new Cancellation());
            standStill("done");
        }
    }

    private static void standStill(String where) {
        System.out.println(where);
        try {
            int unused = System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.holdfast.examples.engines.rocksdb;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.nio.file.Path;

/** A process that restores an index until it is killed. */
final class RestoringProcess {
    private RestoringProcess() {}

    /** Arguments: the destination's URI, and the root of the index. */
    public static void main(String[] arguments) throws IOException {
        try (Destination destination = Destinations.open(arguments[0]);
                Repository repository = Repository.openReadOnly(destination);
                LiveIndex index = LiveIndex.open(Path.of(arguments[1]), LiveIndexTest.STORE)) {
            System.out.println("ready");
            RestoreOrchestrator.builder(repository, index.target())
                    .build()
                    .restore(new RestoreSelection.Newest(), new Cancellation());
            int unused = System.in.read();
        }
    }
}

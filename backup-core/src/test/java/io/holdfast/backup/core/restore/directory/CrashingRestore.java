package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.Clock;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.DirectoryJobStore;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestoreListener;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestorePhase;
import io.holdfast.backup.core.restore.RestoreProgress;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A process that restores, and stands still before one step until it is killed. */
final class CrashingRestore {
    private final int last;
    private int steps;

    private CrashingRestore(int last) {
        this.last = last;
    }

    /** Arguments: the destination's URI, the root, the directory of jobs, and before which step to stand still. */
    public static void main(String[] arguments) throws IOException {
        new CrashingRestore(Integer.parseInt(arguments[3]))
                .run(arguments[0], Path.of(arguments[1]), Path.of(arguments[2]));
    }

    private void run(String uri, Path root, Path jobDirectory) throws IOException {
        try (Destination destination = Destinations.open(uri);
                Repository repository = Repository.open(
                        destination,
                        RepositoryConfig.builder(Bench.STORE).name("notes").build());
                DirectoryJobStore jobs = DirectoryJobStore.open(jobDirectory, Clock.system())) {
            DirectorySwap swap = DirectorySwap.builder(root, Bench.STORE, FileNotes::new)
                    .steps(this::step)
                    .build();
            RestoreOrchestrator orchestrator = RestoreOrchestrator.builder(repository, swap)
                    .jobStore(jobs)
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
                    .whenSwapped(() -> step("swapped"))
                    .build();
            orchestrator.restore(new RestoreSelection.Newest(), new Cancellation());
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

package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.hold.BackupHold;
import io.holdfast.backup.core.job.JobStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The hold of a service. Notes in the job store let it outlive the process, and the configuration. */
final class ServiceHold {
    private static final String NOTE = "held:";

    private final JobStore jobs;
    private final BackupHold hold;

    ServiceHold(JobStore jobs, Path temporary) {
        this.jobs = jobs;
        this.hold = new BackupHold(temporary);
    }

    BackupHold hold() {
        return hold;
    }

    /** Holds what earlier processes had and this one has not. */
    void start(Set<String> served) {
        for (String note : jobs.notes().keySet()) {
            if (note.startsWith(NOTE) && !served.contains(note.substring(NOTE.length()))) {
                hold.holdEverything(note.substring(NOTE.length()), "it is no longer configured");
            }
        }
    }

    void remember(String name) {
        jobs.putNote(NOTE + name, "");
    }

    void release(String name) {
        jobs.removeNote(NOTE + name);
        hold.release(name);
    }

    /** Tries to open what could not be opened yet. */
    void openAll(List<ServedRepository> served) {
        for (ServedRepository repository : served) {
            try {
                repository.repository();
            } catch (BackupException e) {
                hold.holdEverything(repository.settings().name(), String.valueOf(e.getMessage()));
            }
        }
    }
}

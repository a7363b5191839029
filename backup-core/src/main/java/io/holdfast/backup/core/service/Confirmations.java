package io.holdfast.backup.core.service;

import io.holdfast.backup.core.job.JobStore;
import java.util.Set;
import java.util.stream.Collectors;

/** Which doubts about retention an operator has confirmed: notes of the job store. */
final class Confirmations {
    private Confirmations() {}

    static Set<String> of(JobStore jobs, String repository) {
        String prefix = prefix(repository);
        return jobs.notes().keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .collect(Collectors.toSet());
    }

    static void add(JobStore jobs, String repository, String token) {
        jobs.putNote(prefix(repository) + token, "");
    }

    private static String prefix(String repository) {
        return "confirmed:" + repository + ":";
    }
}

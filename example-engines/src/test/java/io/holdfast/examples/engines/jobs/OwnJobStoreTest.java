package io.holdfast.examples.engines.jobs;

import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.job.JobStoreConformance;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The published suite, held to a job store as an application would write one. */
class OwnJobStoreTest extends JobStoreConformance {
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final Map<String, String> notes = new ConcurrentHashMap<>();

    @Override
    protected JobStore open() {
        return new OwnJobStore();
    }

    /** Keeps records in maps that it shares with those that are opened later. */
    private final class OwnJobStore implements JobStore {
        private final String owner = "own-" + UUID.randomUUID();

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public void put(Job job) {
            jobs.put(job.id(), job);
        }

        @Override
        public Optional<Job> find(String id) {
            return Optional.ofNullable(jobs.get(id));
        }

        @Override
        public List<Job> list() {
            return jobs.values().stream()
                    .sorted(Comparator.comparing(Job::startedAt).reversed())
                    .toList();
        }

        @Override
        public void remove(String id) {
            jobs.remove(id);
        }

        @Override
        public List<Job> interruptDead() {
            // All owners live in this process.
            return List.of();
        }

        @Override
        public void putNote(String name, String text) {
            if (!name.matches("[A-Za-z0-9._:/-]{1,200}") || text.length() > 1000) {
                throw new IllegalArgumentException("Expected a note within the bounds, found " + name);
            }
            notes.put(name, text);
        }

        @Override
        public SortedMap<String, String> notes() {
            return new TreeMap<>(notes);
        }

        @Override
        public void removeNote(String name) {
            notes.remove(name);
        }

        @Override
        public void close() {}
    }
}

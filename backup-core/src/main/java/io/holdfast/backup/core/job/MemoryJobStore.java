package io.holdfast.backup.core.job;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps records in memory, for as long as the process lives. */
public final class MemoryJobStore implements JobStore {
    static final Comparator<Job> NEWEST_FIRST =
            Comparator.comparing(Job::startedAt).thenComparing(Job::id).reversed();

    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final String owner = "memory-" + UUID.randomUUID();

    /** Creates a store without records. */
    public MemoryJobStore() {}

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
        return jobs.values().stream().sorted(NEWEST_FIRST).toList();
    }

    @Override
    public void remove(String id) {
        jobs.remove(id);
    }

    @Override
    public void close() {
        jobs.clear();
    }
}

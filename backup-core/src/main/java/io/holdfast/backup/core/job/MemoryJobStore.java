package io.holdfast.backup.core.job;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps records in memory, for as long as the process lives. */
public final class MemoryJobStore implements JobStore {
    static final Comparator<Job> NEWEST_FIRST =
            Comparator.comparing(Job::startedAt).thenComparing(Job::id).reversed();

    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final Map<String, String> notes = new ConcurrentHashMap<>();
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
    public List<Job> interruptDead() {
        return List.of();
    }

    @Override
    public void putNote(String name, String text) {
        Notes.requireValid(name, text);
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
    public void close() {
        jobs.clear();
        notes.clear();
    }
}

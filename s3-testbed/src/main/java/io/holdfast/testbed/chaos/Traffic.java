package io.holdfast.testbed.chaos;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** What has passed through a proxy. Safe for use by many threads. */
public final class Traffic {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final Map<String, AtomicLong> requests = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicLong> faults = new ConcurrentSkipListMap<>();

    Traffic() {}

    /** Returns how many bytes came from clients. */
    public long sent() {
        return sent.get();
    }

    /** Returns how many bytes went to clients. */
    public long received() {
        return received.get();
    }

    /** Returns how many connections clients have made. */
    public long connections() {
        return connections.get();
    }

    /** Returns how many requests came, by operation. */
    public SortedMap<String, Long> requests() {
        return valuesOf(requests);
    }

    /** Returns how often each fault has struck, by its name; {@code cut-connection} is one that a {@link Weather} has ended. */
    public SortedMap<String, Long> faults() {
        return valuesOf(faults);
    }

    private static SortedMap<String, Long> valuesOf(Map<String, AtomicLong> counts) {
        SortedMap<String, Long> values = new TreeMap<>();
        counts.forEach((name, count) -> values.put(name, count.get()));
        return values;
    }

    void addSent(long bytes) {
        sent.addAndGet(bytes);
    }

    void addReceived(long bytes) {
        received.addAndGet(bytes);
    }

    /** Returns how many connections there were before. */
    long addConnection() {
        return connections.getAndIncrement();
    }

    /** Returns how many requests of the operation there were before. */
    long addRequest(String operation) {
        return requests.computeIfAbsent(operation, key -> new AtomicLong()).getAndIncrement();
    }

    void addFault(String name) {
        faults.computeIfAbsent(name, key -> new AtomicLong()).getAndIncrement();
    }
}

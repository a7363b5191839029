package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The data behind {@link MemoryDestination}s: every destination that was opened here sees the same objects, as several
 * processes see one bucket. Tests also look at it from behind: {@link #bytes}, {@link #replace}, {@link #erase},
 * {@link #uploadsInProgress}, {@link #faults}. Thread-safe. Holds everything in the heap until it is garbage.
 */
public final class MemoryServer {
    private static final AtomicLong COUNTER = new AtomicLong();

    private final String location = "memory:" + COUNTER.incrementAndGet();
    // Keys are ASCII, so the order of strings is the order of bytes.
    private final ConcurrentSkipListMap<String, StoredObject> objects = new ConcurrentSkipListMap<>();
    private final Map<Long, PendingUpload> pending = new ConcurrentHashMap<>();
    private final AtomicLong uploads = new AtomicLong();
    private final MemoryFaults faults = new MemoryFaults();
    private final Clock clock;
    private final Set<Capability> capabilities;
    private final int partSize;
    private final int pageSize;

    MemoryServer(Clock clock, Set<Capability> capabilities, int partSize, int pageSize) {
        this.clock = clock;
        this.capabilities = Set.copyOf(capabilities);
        this.partSize = partSize;
        this.pageSize = pageSize;
    }

    /** Returns a server with the defaults of {@link MemoryServerBuilder}. */
    public static MemoryServer create() {
        return builder().build();
    }

    /** Returns a builder with defaults for everything. */
    public static MemoryServerBuilder builder() {
        return new MemoryServerBuilder();
    }

    /**
     * Opens another destination on this server's objects.
     *
     * @return the destination, which the caller closes
     */
    public MemoryDestination open() {
        return new MemoryDestination(this);
    }

    /** Returns what makes this server fail on order. Supports every {@link Fault}. */
    public FaultInjection faults() {
        return faults;
    }

    /**
     * Returns an object's bytes, whatever faults are in force.
     *
     * @param key its key
     * @return a copy of its bytes; empty if there is no such object
     */
    public Optional<byte[]> bytes(String key) {
        return Optional.ofNullable(objects.get(key)).map(StoredObject::bytes);
    }

    /**
     * Puts an object in place, over any that is there. No destination can do this: it is for tests that need damaged or
     * foreign objects.
     *
     * @param key its key
     * @param bytes its bytes
     */
    public void replace(String key, byte[] bytes) {
        objects.put(key, StoredObject.of(bytes, clock.now()));
    }

    /**
     * Takes an object away, if it is there, whatever faults are in force.
     *
     * @param key its key
     */
    public void erase(String key) {
        objects.remove(key);
    }

    /** Returns the keys of all objects, in order. */
    public List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    /** Returns the keys of all uploads that were neither committed nor closed nor discarded, in no order. */
    public List<String> uploadsInProgress() {
        return pending.values().stream().map(PendingUpload::key).toList();
    }

    String location() {
        return location;
    }

    Set<Capability> capabilities() {
        return capabilities;
    }

    int partSize() {
        return partSize;
    }

    Instant now() {
        return clock.now();
    }

    MemoryFaults injected() {
        return faults;
    }

    long begin(String key, MemoryDestination owner) {
        faults.strikeAny("begin an upload");
        long id = uploads.incrementAndGet();
        pending.put(id, new PendingUpload(key, owner, clock.now()));
        return id;
    }

    /** Adds a part; false if the upload is no more. */
    boolean part(long id, byte[] buffer, int length) {
        faults.strikeAny("take a part");
        faults.strike(Fault.NO_SPACE, ErrorCode.DESTINATION_NO_SPACE, "take a part");
        PendingUpload upload = pending.get(id);
        if (upload == null) {
            return false;
        }
        upload.add(buffer, length, clock.now());
        return true;
    }

    /** Records that bytes came, though they do not fill a part yet. */
    void touch(long id) {
        PendingUpload upload = pending.get(id);
        if (upload != null) {
            upload.touch(clock.now());
        }
    }

    /** Commits; null if the upload is no more. */
    @Nullable
    ObjectInfo complete(long id) {
        faults.strikeAny("commit");
        faults.strike(Fault.NO_SPACE, ErrorCode.DESTINATION_NO_SPACE, "commit");
        if (faults.hitsOnce(Fault.COMMIT_REQUEST_LOST)) {
            throw lostAnswer();
        }
        // Whoever takes the upload out of the map decides between commit, close and discard.
        PendingUpload upload = pending.remove(id);
        if (upload == null) {
            return null;
        }
        StoredObject object = upload.seal(partSize, clock.now());
        if (!store(upload.key(), object)) {
            throw new DestinationException(
                    ErrorCode.DESTINATION_OBJECT_EXISTS,
                    upload.key(),
                    "Expected the key " + upload.key() + " to be free, found an object",
                    new IOException("412 Precondition Failed"));
        }
        if (faults.hitsOnce(Fault.COMMIT_ANSWER_LOST)) {
            throw lostAnswer();
        }
        return object.info(upload.key());
    }

    private static DestinationException lostAnswer() {
        return new DestinationException(
                ErrorCode.DESTINATION_OUTCOME_UNKNOWN,
                "Expected an answer to a commit, found a broken connection; commit the same bytes again",
                new IOException("connection reset"));
    }

    private boolean store(String key, StoredObject object) {
        boolean exclusive = capabilities.contains(Capability.EXCLUSIVE_COMMIT)
                || (capabilities.contains(Capability.EXCLUSIVE_SMALL_COMMIT) && object.size() <= 1 << 20);
        if (exclusive) {
            return objects.putIfAbsent(key, object) == null;
        }
        if (objects.containsKey(key)) {
            return false;
        }
        // Between the question and the act another commit may come: this is what the missing capability means.
        Thread.onSpinWait();
        objects.put(key, object);
        return true;
    }

    void abort(long id) {
        pending.remove(id);
        faults.wake();
    }

    @Nullable
    StoredObject get(String key) {
        faults.strikeAny("find an object");
        return objects.get(key);
    }

    List<ObjectInfo> page(String prefix, String startAfter, boolean first) {
        faults.strikeAny("list");
        if (!first) {
            faults.strike(Fault.LIST_BREAKS, ErrorCode.DESTINATION_UNREACHABLE, "list the next page");
        }
        NavigableMap<String, StoredObject> rest =
                startAfter.compareTo(prefix) < 0 ? objects.tailMap(prefix, true) : objects.tailMap(startAfter, false);
        List<ObjectInfo> page = new ArrayList<>();
        for (Map.Entry<String, StoredObject> entry : rest.entrySet()) {
            if (page.size() == pageSize || !entry.getKey().startsWith(prefix)) {
                break;
            }
            page.add(entry.getValue().info(entry.getKey()));
        }
        return page;
    }

    int pageSize() {
        return pageSize;
    }

    void delete(String key) {
        faults.strikeAny("delete");
        objects.remove(key);
    }

    int discard(MemoryDestination asking, Instant idleSince) {
        faults.strikeAny("discard uploads");
        int discarded = 0;
        for (Map.Entry<Long, PendingUpload> entry : List.copyOf(pending.entrySet())) {
            PendingUpload upload = entry.getValue();
            if (!upload.isOf(asking) && upload.idleSince(idleSince) && pending.remove(entry.getKey(), upload)) {
                discarded++;
            }
        }
        return discarded;
    }
}

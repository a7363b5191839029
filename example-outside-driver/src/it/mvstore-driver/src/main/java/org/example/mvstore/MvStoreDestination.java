// snippet: state
package org.example.mvstore;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectKey;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/** Objects in three maps of a file, which one handle at a time has open. */
final class MvStoreDestination implements Destination {
    static final int CHUNK = 64 * 1024;

    private final long opened = System.currentTimeMillis();
    private final DestinationInfo info;
    private final MVStore store;
    private final MVMap<String, Object[]> objects; // by key: id, size, time of the commit
    private final MVMap<String, byte[]> chunks; // by id/number
    private final MVMap<String, Long> pending; // by the id of what is no object yet: time of the last chunk

    MvStoreDestination(String file) {
        this.info = new DestinationInfo("mvstore:" + file, Set.of(Capability.EXCLUSIVE_COMMIT));
        // "async:" because an interrupt would close an ordinary file channel, for everybody.
        var builder = new MVStore.Builder()
                .fileName("async:" + file)
                .autoCommitDisabled()
                .cacheSize(2);
        this.store = attempt(builder::open);
        this.objects = store.openMap("objects");
        this.chunks = store.openMap("chunks");
        this.pending = store.openMap("pending");
    }

    // end

    // snippet: ask
    /** Asks the store, unless this is closed or the thread interrupted. */
    private <T> T ask(Supplier<T> question) {
        if (store.isClosed()) {
            throw new IllegalStateException("Expected an open destination, found it closed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new BackupAbortedException("Expected a running thread, found it interrupted");
        }
        return attempt(question);
    }

    private <T> T attempt(Supplier<T> step) {
        try {
            return step.get();
        } catch (MVStoreException e) {
            throw new DestinationException(ErrorCode.classify(e), info.location() + " failed: " + e, e);
        }
    }

    /** Changes the maps. The file gets all of it or nothing, and has it when this returns. */
    private synchronized <T> T change(Supplier<T> change) {
        T result = change.get();
        store.commit();
        store.sync();
        return result;
    }

    private static DestinationException failure(ErrorCode code, String key, Throwable cause) {
        return new DestinationException(code, key, key + ": " + code.hint(), cause);
    }

    @Override
    public DestinationInfo info() {
        return ask(() -> info);
    }

    // end

    // snippet: upload
    @Override
    public ObjectUpload upload(String key) {
        ObjectKey.requireValid(key);
        class Upload extends ObjectUpload {
            private final String id = UUID.randomUUID().toString();
            private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
            private long sent;
            private RuntimeException ended;

            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                step(null, () -> {
                    for (int i = offset; i < offset + length; i++) {
                        if (buffer.size() == CHUNK) {
                            change(this::send);
                        }
                        buffer.write(bytes[i]);
                    }
                    return length;
                });
            }

            private boolean send() {
                pending.put(id, Math.max(opened, System.currentTimeMillis()));
                chunks.put(id + "/" + sent / CHUNK, buffer.toByteArray());
                sent += buffer.size();
                buffer.reset();
                return true;
            }

            @Override
            public synchronized ObjectInfo commit() {
                return step(new IllegalStateException("Expected no call after the commit of " + key), () -> {
                    Object[] row = {id, sent + buffer.size(), System.currentTimeMillis()};
                    try {
                        if (change(() -> send() && objects.putIfAbsent(key, row) == null && pending.remove(id) > 0)) {
                            return new ObjectInfo(key, (Long) row[1], Instant.ofEpochMilli((Long) row[2]));
                        }
                    } catch (MVStoreException e) {
                        throw failure(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, key, e);
                    }
                    throw failure(ErrorCode.DESTINATION_OBJECT_EXISTS, key, null);
                });
            }

            @Override
            public synchronized void close() {
                ended = new BackupAbortedException("Expected an open upload of " + key + ", found it closed");
                attempt(() -> discard(id));
            }

            /** Does a step. Nothing may be written or committed after one that failed. */
            private <T> T step(RuntimeException next, Supplier<T> step) {
                if (ended != null) {
                    throw ended;
                }
                ended = new BackupAbortedException("Expected a whole upload, found a failed write of " + key);
                T result = ask(step);
                ended = next;
                return result;
            }
        }
        return ask(Upload::new);
    }

    // end

    // snippet: sweep
    /** What this handle did not write was last written before it was opened. */
    @Override
    public int discardAbandoned(Instant idleSince) {
        return ask(() -> (int) pending.entrySet().stream()
                .filter(upload -> upload.getValue() < Math.min(opened, idleSince.toEpochMilli()))
                .filter(upload -> discard(upload.getKey()))
                .count());
    }

    private boolean discard(String id) {
        return !store.isClosed() && pending.containsKey(id) && change(() -> pending.remove(id) > 0 && removeChunks(id));
    }

    private boolean removeChunks(Object id) {
        return LongStream.iterate(0, n -> n + 1).anyMatch(n -> chunks.remove(id + "/" + n) == null);
    }

    // end

    // snippet: read
    private Optional<Object[]> find(String key) {
        ObjectKey.requireValid(key);
        return Optional.ofNullable(ask(() -> objects.get(key)));
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        return find(key).map(row -> new ObjectInfo(key, (Long) row[1], Instant.ofEpochMilli((Long) row[2])));
    }

    @Override
    public InputStream open(String key, long offset) {
        Supplier<RuntimeException> missing = () -> failure(ErrorCode.DESTINATION_OBJECT_MISSING, key, null);
        Object[] object = find(key).orElseThrow(missing);
        long size = (Long) object[1];
        if (offset < 0 || offset > size) {
            throw new IllegalArgumentException("Expected an offset of 0 to " + size + ", found " + offset);
        }
        List<InputStream> rest = new AbstractList<>() {
            @Override
            public int size() {
                return (int) ((size + CHUNK - 1) / CHUNK - offset / CHUNK);
            }

            @Override
            public InputStream get(int index) { // called when the chunk before has been read
                String row = object[0] + "/" + (offset / CHUNK + index);
                byte[] chunk = Optional.ofNullable(ask(() -> chunks.get(row))).orElseThrow(missing);
                return new ByteArrayInputStream(chunk, index == 0 ? (int) (offset % CHUNK) : 0, CHUNK);
            }
        };
        return new SequenceInputStream(Collections.enumeration(rest)) {
            @Override
            public void close() {} // The inherited one would read to the end.
        };
    }

    // end

    // snippet: list
    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        var starts = List.of(ObjectKey.requireValidPrefix(prefix), ObjectKey.requireValidPrefix(startAfter) + '\0');
        String first = ask(() -> objects.ceilingKey(Collections.max(starts)));
        return Stream.iterate(first, k -> k != null && k.startsWith(prefix), k -> ask(() -> objects.higherKey(k)))
                .flatMap(key -> stat(key).stream());
    }

    @Override
    public void delete(String key) {
        find(key).ifPresent(o -> ask(() -> change(() -> objects.remove(key, o) && removeChunks(o[0]))));
    }

    // end

    // snippet: check
    @Override
    public List<Finding> check() {
        String key = "holdfast-check-" + UUID.randomUUID();
        try (ObjectUpload upload = upload(key)) {
            upload.write(42);
            upload.commit();
            boolean there = open(key, 0).read() == 42 && list(key, "").count() == 1;
            delete(key);
            Finding umask = Finding.warning("not_private", "The umask decides who may read the file");
            return List.of(there ? umask : Finding.error("contract_broken", "What was written is not there"));
        } catch (DestinationException | IOException e) {
            return List.of(Finding.error(ErrorCode.classify(e).wireValue(), e.toString()));
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
// end

package io.holdfast.backup.core.testing;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Shows every call that changes or asks something to a hook, before and after the real destination does it. */
public final class SteppedDestination extends ForwardingDestination {
    private final AtomicInteger steps = new AtomicInteger();
    private volatile Hook hook = new Hook() {};

    public SteppedDestination(Destination inner) {
        super(inner);
    }

    /** Sees calls such as {@code commit repository.json}; what it throws comes out of the call. */
    public interface Hook {
        default void before(int step, String call) {}

        default void after(int step, String call) {}
    }

    /** Takes a hook, which counts from one. */
    public void hook(Hook next) {
        steps.set(0);
        hook = next;
    }

    public int steps() {
        return steps.get();
    }

    private <T> T step(String call, Supplier<T> action) {
        int step = steps.incrementAndGet();
        hook.before(step, call);
        T result = action.get();
        hook.after(step, call);
        return result;
    }

    @Override
    public ObjectUpload upload(String key) {
        ObjectUpload upload = super.upload(key);
        return new ObjectUpload() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                upload.write(bytes, offset, length);
            }

            @Override
            public ObjectInfo commit() {
                return step("commit " + key, upload::commit);
            }

            @Override
            public void close() {
                upload.close();
            }
        };
    }

    @Override
    public InputStream open(String key, long offset) {
        return step("open " + key, () -> super.open(key, offset));
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        return step("stat " + key, () -> super.stat(key));
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        return step("list " + prefix, () -> super.list(prefix, startAfter));
    }

    @Override
    public void delete(String key) {
        step("delete " + key, () -> {
            super.delete(key);
            return key;
        });
    }

    @Override
    public int discardAbandoned(Instant idleSince) {
        return step("discard", () -> super.discardAbandoned(idleSince));
    }
}

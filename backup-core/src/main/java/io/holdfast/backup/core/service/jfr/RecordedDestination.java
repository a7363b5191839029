package io.holdfast.backup.core.service.jfr;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A destination whose calls leave events {@code io.holdfast.Request} in recordings, with their keys, which hold no secret. Given to
 * the service by {@code destinations(config -> new RecordedDestination(Destinations.open(config)))}. A listing and a stream are
 * recorded until they are opened, not until they end. As safe as what it wraps.
 */
public final class RecordedDestination implements Destination {
    private final Destination inner;

    /**
     * Wraps a destination.
     *
     * @param inner the destination, which {@link #close} closes
     */
    public RecordedDestination(Destination inner) {
        this.inner = inner;
    }

    private static <T> T recorded(String operation, String key, Supplier<T> call) {
        RequestEvent event = new RequestEvent();
        event.begin();
        try {
            return call.get();
        } catch (RuntimeException e) {
            event.code = ErrorCode.classify(e).wireValue();
            throw e;
        } finally {
            event.end();
            if (event.shouldCommit()) {
                event.operation = operation;
                event.key = key;
                event.commit();
            }
        }
    }

    @Override
    public DestinationInfo info() {
        return inner.info();
    }

    @Override
    public ObjectUpload upload(String key) {
        ObjectUpload upload = recorded("upload", key, () -> inner.upload(key));
        return new ObjectUpload() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                upload.write(bytes, offset, length);
            }

            @Override
            public ObjectInfo commit() {
                return recorded("commit", key, upload::commit);
            }

            @Override
            public void close() {
                upload.close();
            }
        };
    }

    @Override
    public InputStream open(String key, long offset) {
        return recorded("open", key, () -> inner.open(key, offset));
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        return recorded("stat", key, () -> inner.stat(key));
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        return recorded("list", prefix, () -> inner.list(prefix, startAfter));
    }

    @Override
    public void delete(String key) {
        recorded("delete", key, () -> {
            inner.delete(key);
            return key;
        });
    }

    @Override
    public int discardAbandoned(Instant idleSince) {
        return recorded("discard", "", () -> inner.discardAbandoned(idleSince));
    }

    @Override
    public List<Finding> check() {
        return recorded("check", "", inner::check);
    }

    @Override
    public void close() {
        inner.close();
    }
}

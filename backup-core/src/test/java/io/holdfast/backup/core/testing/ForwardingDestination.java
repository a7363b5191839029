package io.holdfast.backup.core.testing;

import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Passes every call on to a real destination. A test overrides what it wants to see, delay or break. */
public class ForwardingDestination implements Destination {
    private final Destination inner;

    public ForwardingDestination(Destination inner) {
        this.inner = inner;
    }

    @Override
    public DestinationInfo info() {
        return inner.info();
    }

    @Override
    public ObjectUpload upload(String key) {
        return inner.upload(key);
    }

    @Override
    public InputStream open(String key, long offset) {
        return inner.open(key, offset);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        return inner.stat(key);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        return inner.list(prefix, startAfter);
    }

    @Override
    public void delete(String key) {
        inner.delete(key);
    }

    @Override
    public int discardAbandoned(Instant idleSince) {
        return inner.discardAbandoned(idleSince);
    }

    @Override
    public List<Finding> check() {
        return inner.check();
    }

    @Override
    public void close() {
        inner.close();
    }
}

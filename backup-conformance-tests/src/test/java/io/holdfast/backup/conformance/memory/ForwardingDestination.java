package io.holdfast.backup.conformance.memory;

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

/** Does what the honest destination does. A saboteur overrides what it does wrong. */
class ForwardingDestination implements Destination {
    final MemoryDestination inner;

    ForwardingDestination(MemoryDestination inner) {
        this.inner = inner;
    }

    MemoryServer server() {
        return inner.server();
    }

    /** What is not durable is lost now. */
    void crash() {}

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

package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;

/** Does what the honest upload does. A saboteur overrides what it does wrong. */
class ForwardingUpload extends ObjectUpload {
    final ObjectUpload inner;

    ForwardingUpload(ObjectUpload inner) {
        this.inner = inner;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        inner.write(bytes, offset, length);
    }

    @Override
    public ObjectInfo commit() {
        return inner.commit();
    }

    @Override
    public void close() {
        inner.close();
    }
}

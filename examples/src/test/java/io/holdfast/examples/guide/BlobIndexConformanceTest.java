package io.holdfast.examples.guide;

import io.holdfast.backup.conformance.BackupableConformance;
import java.util.Collection;
import java.util.List;

// snippet: conformance
class BlobIndexConformanceTest extends BackupableConformance<BlobIndex> {
    @Override
    protected BlobIndex openStore() {
        return new BlobIndex();
    }

    @Override
    protected void change(BlobIndex store, int number) {
        // Every third change replaces what the one before it wrote.
        String name = "name-" + (number % 3 == 0 ? number - 1 : number);
        store.put(name, "blob-" + number);
    }

    @Override
    protected Collection<String> contents(BlobIndex store) {
        return store.blobs().entrySet().stream()
                .map(entry -> entry.getKey() + " is " + entry.getValue())
                .toList();
    }

    @Override
    protected Collection<String> payloadIds(BlobIndex store) {
        return List.copyOf(store.blobs().values());
    }
}
// end

package io.holdfast.examples.segments;

import io.holdfast.backup.conformance.BackupableConformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The contract of stores, on a log that is a directory. */
class SegmentLogConformanceTest extends BackupableConformance<SegmentLog> {
    @TempDir
    Path directory;

    private final Map<SegmentLog, Path> places = new ConcurrentHashMap<>();

    @Override
    protected SegmentLog openStore() throws IOException {
        Path place = Files.createTempDirectory(directory, "log");
        SegmentLog log = SegmentLog.open(place, 512);
        places.put(log, place);
        return log;
    }

    @Override
    protected void change(SegmentLog store, int number) throws IOException {
        store.append("block-" + number);
    }

    @Override
    protected Collection<String> contents(SegmentLog store) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String id : store.entries()) {
            entries.add(entries.size() + " " + id);
        }
        return entries;
    }

    @Override
    protected Collection<String> payloadIds(SegmentLog store) throws IOException {
        return store.entries();
    }

    /** Everything in the log's directory that is not its segments. */
    @Override
    protected OptionalInt heldSnapshots(SegmentLog store) {
        try (Stream<Path> files = Files.list(places.get(store))) {
            return OptionalInt.of(
                    (int) files.filter(file -> !file.endsWith("segments")).count());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

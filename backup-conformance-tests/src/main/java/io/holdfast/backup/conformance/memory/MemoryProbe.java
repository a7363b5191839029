package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Writes, writes again, reads, lists and deletes under a key that nobody else uses. */
final class MemoryProbe {
    private static final byte[] FIRST = "first".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECOND = "second".getBytes(StandardCharsets.US_ASCII);

    private final MemoryDestination destination;
    private final String key = "holdfast-check-" + UUID.randomUUID() + "/probe";
    private final List<Finding> findings = new ArrayList<>();

    MemoryProbe(MemoryDestination destination) {
        this.destination = destination;
    }

    List<Finding> run() {
        try {
            probe();
        } catch (DestinationException e) {
            findings.add(Finding.error(e.code().wireValue(), e.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(findings);
    }

    private void probe() throws IOException {
        write(FIRST);
        try {
            writeAgain();
            readBack();
            list();
        } finally {
            destination.delete(key);
        }
    }

    private void write(byte[] bytes) throws IOException {
        try (ObjectUpload upload = destination.upload(key)) {
            upload.write(bytes);
            upload.commit();
        }
    }

    private void writeAgain() throws IOException {
        try {
            write(SECOND);
            findings.add(Finding.error("overwrites", "Expected a second commit on one key to fail, found it succeed"));
        } catch (DestinationException e) {
            if (e.code() != ErrorCode.DESTINATION_OBJECT_EXISTS) {
                throw e;
            }
        }
    }

    private void readBack() throws IOException {
        try (InputStream in = destination.open(key, 0)) {
            if (!Arrays.equals(in.readAllBytes(), FIRST)) {
                findings.add(Finding.error("wrong_bytes", "Expected the bytes of the first commit, found others"));
            }
        }
    }

    private void list() {
        try (Stream<ObjectInfo> listing = destination.list(key, "")) {
            if (listing.noneMatch(info -> info.key().equals(key))) {
                findings.add(
                        Finding.error("stale_list", "Expected the list to show an object just written, found none"));
            }
        }
    }
}

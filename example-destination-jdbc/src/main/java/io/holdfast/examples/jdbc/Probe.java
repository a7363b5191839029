package io.holdfast.examples.jdbc;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Writes, writes again, reads, lists and deletes a key that nobody else uses. */
final class Probe {
    private static final byte[] BYTES = {1, 2, 3};

    private final Destination destination;
    private final String key = "holdfast-check-" + UUID.randomUUID();
    private final List<Finding> findings = new ArrayList<>();

    Probe(Destination destination) {
        this.destination = destination;
    }

    List<Finding> run() {
        try {
            write();
            try (InputStream in = destination.open(key, 0);
                    Stream<ObjectInfo> listing = destination.list(key, "")) {
                expect(!writesAgain(), "refuse a second commit on one key");
                expect(Arrays.equals(in.readAllBytes(), BYTES), "read what was written");
                expect(listing.count() == 1, "list what was written");
            } finally {
                destination.delete(key);
            }
            expect(destination.stat(key).isEmpty(), "delete what was written");
        } catch (DestinationException e) {
            findings.add(Finding.error(e.code().wireValue(), e.getMessage()));
        } catch (IOException e) {
            findings.add(Finding.error(ErrorCode.classify(e).wireValue(), e.toString()));
        }
        return List.copyOf(findings);
    }

    private void write() throws IOException {
        try (ObjectUpload upload = destination.upload(key)) {
            upload.write(BYTES);
            upload.commit();
        }
    }

    private boolean writesAgain() throws IOException {
        try {
            write();
            return true;
        } catch (DestinationException e) {
            if (e.code() != ErrorCode.DESTINATION_OBJECT_EXISTS) {
                throw e;
            }
            return false;
        }
    }

    private void expect(boolean held, String ability) {
        if (!held) {
            findings.add(Finding.error("contract_broken", "The destination did not " + ability));
        }
    }
}

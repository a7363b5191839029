package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.StoredObject;
import java.io.IOException;
import java.io.InputStream;

/** Passes stored bytes on, and ends only if their number and digest are the recorded ones. Its {@code close} leaves the source open. */
final class DigestInput extends InputStream {
    private final InputStream source;
    private final StoredObject expected;
    private final CountingDigest digest = new CountingDigest();
    private boolean ended;

    DigestInput(InputStream source, StoredObject expected) {
        this.source = source;
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int n = source.read(bytes, offset, length);
        if (n > 0) {
            digest.update(bytes, offset, n);
        }
        if (digest.count() > expected.size()) {
            throw mismatch(expected.size() + " stored bytes", "more");
        }
        if (n < 0) {
            requireExpected();
            ended = true;
        }
        return n;
    }

    private void requireExpected() {
        StoredObject found = digest.finish();
        if (found.size() != expected.size()) {
            throw mismatch(expected.size() + " stored bytes", found.size() + "");
        }
        if (!found.sha256().equals(expected.sha256())) {
            throw mismatch("stored bytes with SHA-256 " + expected.sha256(), found.sha256());
        }
    }

    private static BackupException mismatch(String expectation, String found) {
        return new BackupException(ErrorCode.INTEGRITY_MISMATCH, "Expected " + expectation + ", found " + found);
    }
}

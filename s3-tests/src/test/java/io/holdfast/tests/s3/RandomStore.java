package io.holdfast.tests.s3;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** A store of any size that takes no memory: its content is random bytes of a seed, and what is restored leaves a digest. */
final class RandomStore implements Backupable {
    private static final int BLOCK_BYTES = 1 << 16;

    private final long seed;
    private final long size;
    private String restored = "";

    private RandomStore(long seed, long size) {
        this.seed = seed;
        this.size = size;
    }

    static RandomStore filled(long seed, long size) {
        return new RandomStore(seed, size);
    }

    static RandomStore empty() {
        return new RandomStore(0, 0);
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        write(out);
        PayloadIDSet ids = context.newPayloadIDSet();
        for (int i = 0; i < 100; i++) {
            ids.add("payload-" + seed + "-" + i);
        }
        return ids;
    }

    void write(OutputStream out) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] block = new byte[BLOCK_BYTES];
        for (long left = size; left > 0; left -= BLOCK_BYTES) {
            random.nextBytes(block);
            out.write(block, 0, (int) Math.min(BLOCK_BYTES, left));
        }
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        if (!restored.isEmpty()) {
            throw new RestoreDestinationNotEmptyException("Expected an empty store, found a restored one");
        }
        restored = digest(in);
    }

    static String digest(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] block = new byte[BLOCK_BYTES];
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            digest.update(block, 0, count);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Whether this store was restored to the content of another one. */
    boolean holdsWhatWasIn(RandomStore other) throws IOException {
        return restored.equals(other.content());
    }

    /** Returns the digest of the content. */
    String content() throws IOException {
        MessageDigest digest = sha256();
        write(new OutputStream() {
            @Override
            public void write(int value) {
                digest.update((byte) value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                digest.update(bytes, offset, length);
            }
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.holdfast.benchmarks;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What can be had on two cores when nothing has to be general: one file is compressed, encrypted, digested, written and synced by
 * code that does nothing else. Checks nothing and cannot read what it wrote. Arguments: {@code backup FILE OUT LEVEL}, where the
 * level is {@code none} or zstd's; or {@code digest FILE}.
 */
final class ReferencePipeline {
    private static final int BLOCK = 1 << 22;
    private static final int FRAME = 1 << 16;
    private static final int PIECE = 1 << 14;
    private static final int TAG = 16;
    private static final long WRITE_OUT = 64L << 20;

    private final FileChannel out;
    private final MessageDigest digest = MessageDigest.getInstance("SHA-256");
    private long written;
    private long writtenOut;
    private boolean ended;

    private ReferencePipeline(FileChannel out) throws GeneralSecurityException {
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("digest")) {
            digest(Path.of(args[1]));
            return;
        }
        Path file = Path.of(args[2]);
        Path temporary = file.resolveSibling("temporary");
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                InputStream in = Files.newInputStream(Path.of(args[1]))) {
            ReferencePipeline pipeline = new ReferencePipeline(out);
            if (args[3].equals("none")) {
                pipeline.encrypt(in);
            } else {
                pipeline.compressAndEncrypt(in, Integer.parseInt(args[3]));
            }
            out.force(true);
        }
        Files.move(temporary, file);
        try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void digest(Path file) throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] piece = new byte[FRAME];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                digest.update(piece, 0, n);
            }
        }
        System.out.println(digest.digest().length);
    }

    /** Two threads do all to one block after the other, and take turns where the order matters. */
    private void compressAndEncrypt(InputStream in, int level) throws Exception {
        Turns reading = new Turns();
        Turns writing = new Turns();
        Callable<Long> worker = () -> {
            try (ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(level).setChecksum(true)) {
                byte[] plain = new byte[BLOCK];
                byte[] packed = new byte[(int) Zstd.compressBound(BLOCK)];
                byte[] sealed = new byte[packed.length + (packed.length / FRAME + 1) * TAG];
                Sealer sealer = new Sealer();
                while (true) {
                    long turn;
                    int length;
                    synchronized (reading) {
                        length = in.readNBytes(plain, 0, BLOCK);
                        turn = reading.next++;
                    }
                    int size = length == 0
                            ? 0
                            : sealer.seal(
                                    packed, zstd.compressByteArray(packed, 0, packed.length, plain, 0, length), sealed);
                    synchronized (writing) {
                        while (writing.next != turn) {
                            writing.wait();
                        }
                        digest.update(sealed, 0, size);
                        write(sealed, size);
                        writing.next++;
                        writing.notifyAll();
                    }
                    if (length == 0) {
                        return turn;
                    }
                }
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<Long> writeOut = threads.submit(this::writeOut);
            Future<Long> other = threads.submit(worker);
            worker.call();
            other.get();
            end();
            writeOut.get();
        } finally {
            end();
            threads.shutdownNow();
        }
    }

    /** One thread reads, encrypts and writes, another digests what it wrote. */
    private void encrypt(InputStream in) throws Exception {
        BlockingQueue<Piece> free = new ArrayBlockingQueue<>(4);
        BlockingQueue<Piece> full = new ArrayBlockingQueue<>(5);
        for (int i = 0; i < 4; i++) {
            free.add(new Piece());
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Long> writeOut = threads.submit(this::writeOut);
            Future<Integer> digesting = threads.submit(() -> {
                for (Piece piece = full.take(); piece.length > 0; piece = full.take()) {
                    digest.update(piece.bytes, 0, piece.length);
                    free.put(piece);
                }
                return digest.digest().length;
            });
            byte[] plain = new byte[4 * FRAME];
            Sealer sealer = new Sealer();
            for (int n = in.readNBytes(plain, 0, plain.length); n > 0; n = in.readNBytes(plain, 0, plain.length)) {
                Piece piece = free.take();
                piece.length = sealer.seal(plain, n, piece.bytes);
                write(piece.bytes, piece.length);
                full.put(piece);
            }
            full.put(new Piece());
            digesting.get();
            end();
            writeOut.get();
        } finally {
            end();
            threads.shutdownNow();
        }
    }

    private void write(byte[] bytes, int length) throws IOException {
        for (int from = 0; from < length; from += FRAME) {
            out.write(ByteBuffer.wrap(bytes, from, Math.min(FRAME, length - from)));
        }
        synchronized (out) {
            written += length;
            out.notifyAll();
        }
    }

    /** What is written out early makes the last sync short. */
    private long writeOut() throws IOException, InterruptedException {
        while (true) {
            synchronized (out) {
                while (!ended && written - writtenOut < WRITE_OUT) {
                    out.wait();
                }
                if (ended) {
                    return writtenOut;
                }
                writtenOut = written;
            }
            out.force(false);
        }
    }

    private void end() {
        synchronized (out) {
            ended = true;
            out.notifyAll();
        }
    }

    /** Encrypted bytes on their way from one thread to the other. */
    private static final class Piece {
        private final byte[] bytes = new byte[4 * (FRAME + TAG)];
        private int length;
    }

    /** Whose turn it is. */
    private static final class Turns {
        private long next;
    }

    /** Seals frames with a key that nobody else has. */
    private static final class Sealer {
        private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        private final SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
        private final ByteBuffer nonce = ByteBuffer.allocate(12);
        private long frames;

        Sealer() throws GeneralSecurityException {}

        int seal(byte[] plain, int length, byte[] sealed) throws GeneralSecurityException {
            int to = 0;
            for (int from = 0; from < length; from += FRAME) {
                int end = Math.min(from + FRAME, length);
                cipher.init(
                        Cipher.ENCRYPT_MODE,
                        key,
                        new GCMParameterSpec(8 * TAG, nonce.putLong(4, frames++).array()));
                int at = from;
                for (; end - at > PIECE; at += PIECE) {
                    to += cipher.update(plain, at, PIECE, sealed, to);
                }
                to += cipher.doFinal(plain, at, end - at, sealed, to);
            }
            return to;
        }
    }
}

package io.holdfast.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Bytes to back up: the same at every run, and never the same twice within one, so that nobody gains by deduplication. */
enum DataSet {
    /** Rows of a catalogue in JSON: a random UUID, a path, sizes, times, references to blocks. zstd level 1 makes about a fifth of it. */
    METADATA {
        @Override
        void write(OutputStream out, long bytes) throws IOException {
            new Rows(new SplittableRandom(1)).write(out, bytes);
        }
    },

    /** Noise, which nothing compresses. */
    RANDOM {
        @Override
        void write(OutputStream out, long bytes) throws IOException {
            SplittableRandom random = new SplittableRandom(2);
            byte[] piece = new byte[1 << 18];
            for (long left = bytes; left > 0; left -= piece.length) {
                random.nextBytes(piece);
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
        }
    };

    /**
     * Writes the data.
     *
     * @param out where it goes; stays open
     * @param bytes exactly how many
     */
    abstract void write(OutputStream out, long bytes) throws IOException;

    /** Writes rows into one buffer, by hand, because generating must not take longer than measuring. */
    private static final class Rows {
        private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        private static final int BUFFER = 1 << 18;
        private static final int LONGEST_ROW = 512;

        private final SplittableRandom random;
        private final byte[] buffer = new byte[BUFFER];
        private int at;
        private long row;
        private long time = 1_700_000_000_000L;

        Rows(SplittableRandom random) {
            this.random = random;
        }

        void write(OutputStream out, long bytes) throws IOException {
            for (long left = bytes; left > 0; ) {
                at = 0;
                while (at < BUFFER - LONGEST_ROW) {
                    appendRow();
                }
                int n = (int) Math.min(left, at);
                out.write(buffer, 0, n);
                left -= n;
            }
        }

        private void appendRow() {
            row++;
            time += random.nextInt(900);
            int share = random.nextInt(12);
            text("{\"type\":\"file\",\"id\":\"");
            uuid();
            text("\",\"share\":\"share-");
            number(share);
            text("\",\"path\":\"/exports/department-");
            number(share * 7L);
            text("/projects/project-");
            number(row / 4096);
            text("/documents/report-");
            number(row);
            text(".parquet\",\"size\":");
            number(random.nextInt(1 << 20));
            text(",\"mode\":\"0644\",\"owner\":\"user-");
            number(random.nextInt(40));
            text("\",\"created\":");
            number(time);
            text(",\"modified\":");
            number(time + 1000);
            text(",\"state\":\"committed\",\"replicas\":3,\"block\":\"");
            for (int i = 0; i < 4; i++) {
                hex(random.nextLong(), 16);
            }
            text("\"}\n");
        }

        private void uuid() {
            long high = random.nextLong();
            hex(high, 8);
            text("-");
            hex(high >>> 32, 4);
            text("-4");
            hex(high >>> 48, 3);
            text("-8");
            hex(high >>> 60, 3);
            text("-");
            hex(random.nextLong(), 12);
        }

        private void text(String ascii) {
            for (int i = 0; i < ascii.length(); i++) {
                buffer[at++] = (byte) ascii.charAt(i);
            }
        }

        private void hex(long value, int digits) {
            for (int i = 0; i < digits; i++) {
                buffer[at++] = DIGITS[(int) (value >>> (4 * i)) & 15];
            }
        }

        private void number(long value) {
            int end = at;
            for (long rest = value; rest > 0 || end == at; rest /= 10) {
                end++;
            }
            int to = end;
            long rest = value;
            do {
                buffer[--end] = DIGITS[(int) (rest % 10)];
                rest /= 10;
            } while (end > at);
            at = to;
        }
    }
}

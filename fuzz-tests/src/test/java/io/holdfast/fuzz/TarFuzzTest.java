package io.holdfast.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Clock;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;
import io.holdfast.backup.core.snapshot.CheckpointTar;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import io.holdfast.backup.core.snapshot.TarLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Any tar is extracted into its directory and nowhere else, or refused, and then nothing of it is left. */
class TarFuzzTest {
    private static final Pattern SEAL = Pattern.compile("sha256 ([0-9a-f]{64})\n");
    private static final CheckpointTar TAR =
            new CheckpointTar(new SnapshotFormat("fuzz", 1), new TarLimits(50, 1 << 16, 1 << 18, 200, 10));

    @FuzzTest(maxDuration = "10m")
    void a_tar_is_extracted_whole_or_not_at_all(byte[] data) throws IOException {
        Path root = Files.createTempDirectory("holdfast-fuzz-");
        try {
            Path target = Files.createDirectory(root.resolve("target"));
            try {
                TAR.extract(new ByteArrayInputStream(sealed(data)), target, new Quiet());
            } catch (RestoreCorruptException | SchemaVersionMismatchException refused) {
                require(below(target).isEmpty(), "nothing of a tar that was refused", target);
            }
            require(below(root).stream().allMatch(path -> path.startsWith(target)), "nothing beside the target", root);
        } finally {
            for (Path path : below(root)) {
                Files.delete(path);
            }
            Files.delete(root);
        }
    }

    private static void require(boolean condition, String expected, Path found) throws IOException {
        if (!condition) {
            throw new AssertionError("Expected " + expected + ", found " + below(found));
        }
    }

    /** What is below a directory, the deepest first. */
    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(path -> !path.equals(directory))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    /** Corrects the seals, so that what is behind them is reached. */
    private static byte[] sealed(byte[] data) {
        byte[] sealed = data.clone();
        Matcher seal = SEAL.matcher(new String(data, StandardCharsets.ISO_8859_1));
        while (seal.find()) {
            byte[] digest = sha256(Arrays.copyOf(sealed, seal.start()));
            byte[] digits = HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, sealed, seal.start(1), digits.length);
        }
        return sealed;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Quiet() implements BackupContext {
        @Override
        public Clock clock() {
            return Clock.system();
        }

        @Override
        public void checkCancelled() {}

        @Override
        public void progress(long done, long total) {}

        @Override
        public void engineMetadata(String key, String value) {}

        @Override
        public PayloadIDSet newPayloadIDSet() {
            return PayloadIDSet.create();
        }
    }
}

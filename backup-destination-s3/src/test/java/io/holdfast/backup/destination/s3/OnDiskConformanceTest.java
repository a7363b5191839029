package io.holdfast.backup.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The contract of destinations, on a server that keeps its objects on disk. */
class OnDiskConformanceTest extends S3Conformance {
    @TempDir
    static Path directory;

    private Path data() {
        return directory.resolve("data");
    }

    @Override
    S3Server start() throws IOException {
        return LocalS3Server.onDisk(Files.createDirectories(data()), PAGE_SIZE);
    }

    @Override
    Optional<S3Server> startOnCopyOf(String bucket) throws IOException {
        Path copy = Files.createTempDirectory(directory, "crashed");
        try (Stream<Path> files = Files.walk(data().resolve(bucket))) {
            for (Path file : files.toList()) {
                copy(file, copy.resolve(data().relativize(file)));
            }
        }
        return Optional.of(LocalS3Server.onDisk(copy, PAGE_SIZE));
    }

    private static void copy(Path file, Path target) throws IOException {
        try {
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (NoSuchFileException e) {
            // A part on its way became one that has arrived.
            assertThat(file).doesNotExist();
        }
    }
}

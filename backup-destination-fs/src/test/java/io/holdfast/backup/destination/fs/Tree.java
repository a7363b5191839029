package io.holdfast.backup.destination.fs;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests do over and over with a destination and with the directory under it. */
final class Tree {
    private Tree() {}

    static Destination open(Path root) {
        return new FsDestinationProvider().open(DestinationConfig.of("fs", Map.of("path", root.toString())));
    }

    static FsDestination open(Path root, Duration heartbeat) {
        return new FsDestination(RootDirectory.of(root), 0, DirectAccess.in(root), heartbeat);
    }

    static ObjectInfo put(Destination destination, String key, byte[] bytes) {
        try (ObjectUpload upload = destination.upload(key)) {
            upload.write(bytes);
            return upload.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectInfo put(Destination destination, String key, String text) {
        return put(destination, key, text.getBytes(StandardCharsets.UTF_8));
    }

    static String get(Destination destination, String key) throws IOException {
        try (InputStream in = destination.open(key, 0)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static List<String> keys(Destination destination, String prefix, String startAfter) {
        try (Stream<ObjectInfo> listed = destination.list(prefix, startAfter)) {
            return listed.map(ObjectInfo::key).toList();
        }
    }

    static List<String> keys(Destination destination) {
        return keys(destination, "", "");
    }

    /** Every file and directory below, relative and sorted; directories end with a slash. */
    static List<String> files(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(path -> !path.equals(root))
                    .map(path -> root.relativize(path) + (Files.isDirectory(path) ? "/" : ""))
                    .sorted()
                    .toList();
        }
    }

    /** The one temporary file below. */
    static Path temporary(Path root) throws IOException {
        List<Path> found = temporaries(root);
        Assertions.assertThat(found).as("temporary files").hasSize(1);
        return found.get(0);
    }

    static List<Path> temporaries(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(path -> path.getFileName().toString().contains("~"))
                    .toList();
        }
    }

    static void assertFails(ErrorCode code, ThrowingCallable call) {
        Assertions.assertThatExceptionOfType(DestinationException.class)
                .isThrownBy(call)
                .satisfies(e -> Assertions.assertThat(e.code()).as(e.toString()).isEqualTo(code));
    }
}

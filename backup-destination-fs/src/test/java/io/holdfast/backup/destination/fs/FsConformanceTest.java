package io.holdfast.backup.destination.fs;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The contract of destinations, on a real directory. */
class FsConformanceTest extends DestinationConformance {
    private static final int BUFFER_BYTES = 64 * 1024;

    @TempDir
    Path directory;

    private final Map<Destination, Path> roots = Collections.synchronizedMap(new IdentityHashMap<>());

    @Override
    protected Destination openDestination() throws IOException {
        return open(Files.createTempDirectory(directory, "fs"));
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(open(rootOf(first)));
    }

    /** A copy of what lies in the directory now, with the temporary files of a process that is no more. */
    @Override
    protected Optional<Destination> crashAndReopen(Destination first) throws IOException {
        Path copy = Files.createTempDirectory(directory, "crashed");
        forEachBelow(rootOf(first), path -> {
            String name = rootOf(first).relativize(path).toString().replaceAll("~[^~/]*~", "~other-1~");
            Path target = copy.resolve(name);
            try {
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Optional.empty();
        });
        return Optional.of(open(copy));
    }

    @Override
    protected Optional<List<String>> leftovers(Destination first) throws IOException {
        return Optional.of(forEachBelow(rootOf(first), path -> {
            boolean temporary = path.getFileName().toString().contains("~");
            return temporary || isEmptyDirectory(path) ? Optional.of(path.toString()) : Optional.empty();
        }));
    }

    @Override
    protected Optional<List<String>> exposures(Destination first) throws IOException {
        return Optional.of(forEachBelow(rootOf(first), path -> {
            try {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                return mode.endsWith("------") ? Optional.empty() : Optional.of(path + " " + mode);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(BUFFER_BYTES);
    }

    @Override
    protected List<Integer> boundaries() {
        return List.of(BUFFER_BYTES);
    }

    @Override
    protected Optional<Set<String>> secrets() {
        return Optional.of(Set.of());
    }

    private Destination open(Path root) {
        Destination destination =
                new FsDestinationProvider().open(DestinationConfig.of("fs", Map.of("path", root.toString())));
        roots.put(destination, root);
        return destination;
    }

    private Path rootOf(Destination destination) {
        return roots.get(destination);
    }

    private static boolean isEmptyDirectory(Path path) {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> children = Files.list(path)) {
            return children.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> forEachBelow(Path root, Function<Path, Optional<String>> finder) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> !path.equals(root))
                    .map(finder)
                    .flatMap(Optional::stream)
                    .toList();
        }
    }
}

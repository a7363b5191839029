package io.holdfast.backup.destination.fs;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.fs.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
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

/** The contract of destinations, on a real directory, with faults and power cuts. */
class FsConformanceTest extends DestinationConformance {
    private static final int BUFFER_BYTES = 64 * 1024;
    /** From here on files are written past the page cache. */
    private static final int LONG_BYTES = 4 << 20;

    @TempDir
    Path directory;

    private final Disk disk = disk();
    private final Map<Destination, Path> roots = Collections.synchronizedMap(new IdentityHashMap<>());

    Disk disk() {
        return Disk.ordinary();
    }

    /** Writes what a crash leaves of a directory into another one, which is empty. */
    void crash(Path anchor, Path left) throws IOException {
        disk.cutPower(anchor, left);
    }

    @Override
    protected Destination openDestination() throws IOException {
        Path anchor = Files.createTempDirectory(directory, "fs");
        return open(anchor.resolve("made/by/open"));
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(open(rootOf(first)));
    }

    /** Begins anew with what is left. Temporary files are then those of a process that is no more. */
    @Override
    protected Optional<Destination> crashAndReopen(Destination first) throws IOException {
        Path root = rootOf(first);
        Path anchor = root.getParent().getParent().getParent();
        Path left = Files.createTempDirectory(directory, "left");
        crash(anchor, left);
        Path survived = left.resolve(anchor.relativize(root));
        forEachBelow(left, path -> {
            Path renamed = path.resolveSibling(path.getFileName().toString().replaceAll("~[^~/]*~", "~other-1~"));
            try {
                Files.move(path, renamed);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Optional.empty();
        });
        return Optional.of(open(survived));
    }

    @Override
    protected Optional<FaultInjection> faults(Destination first) {
        return Optional.of(disk);
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
        return List.of(BUFFER_BYTES, LONG_BYTES);
    }

    @Override
    protected Optional<Set<String>> secrets() {
        return Optional.of(Set.of());
    }

    private Destination open(Path root) {
        Path seen = disk.path(root);
        RootLocation.create(seen);
        Destination destination =
                new FsDestination(RootDirectory.of(seen), 0, DirectAccess.in(seen), Duration.ofMinutes(1));
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

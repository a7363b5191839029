package io.holdfast.backup.destination.fs;

import io.holdfast.backup.destination.fs.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The contract on a file system without hard links, when processes are killed and the host lives on. */
class FsWithoutLinksConformanceTest extends FsConformanceTest {
    @Override
    Disk disk() {
        return Disk.withoutHardLinks();
    }

    /** How bytes reach the disk has nothing to do with links. */
    @Override
    protected List<Integer> boundaries() {
        return List.of(64 * 1024);
    }

    @Override
    void crash(Path anchor, Path left) throws IOException {
        try (Stream<Path> files = Files.walk(anchor)) {
            for (Path file : files.toList()) {
                Path copy = left.resolve(anchor.relativize(file).toString());
                if (!file.equals(anchor)) {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}

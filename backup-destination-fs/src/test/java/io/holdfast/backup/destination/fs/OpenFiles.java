package io.holdfast.backup.destination.fs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files that this process has open, where the system tells. */
final class OpenFiles {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Pattern FLAGS = Pattern.compile("flags:\\s+0(\\d+)");
    /** On most machines; 0200000 on those with ARM processors. */
    private static final int O_DIRECT = System.getProperty("os.arch").equals("aarch64") ? 0200000 : 040000;

    private OpenFiles() {}

    static List<Path> below(Path root) {
        return below(root, descriptor -> true);
    }

    /** Those that are open past the page cache. */
    static List<Path> directBelow(Path root) {
        return below(root, OpenFiles::isDirect);
    }

    /** See proc_pid_fdinfo(5) and open(2). */
    private static boolean isDirect(Path descriptor) {
        try {
            String info = Files.readString(DESCRIPTORS.resolveSibling("fdinfo").resolve(descriptor.getFileName()));
            Matcher flags = FLAGS.matcher(info);
            return flags.find() && (Integer.parseInt(flags.group(1), 8) & O_DIRECT) != 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> below(Path root, Predicate<Path> wanted) {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        List<Path> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    Path target = Files.readSymbolicLink(descriptor);
                    if (target.startsWith(root) && wanted.test(descriptor)) {
                        open.add(target);
                    }
                } catch (NoSuchFileException e) {
                    // Closed since, as the one of this very listing.
                }
            }
            return open;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

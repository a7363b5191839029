package io.holdfast.examples.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Fills a catalogue from directory trees. Follows no links. What cannot be read, or is gone by then, is counted and left out. */
final class TreeScanner {
    private static final int ENTRIES_PER_COMMIT = 20_000;
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * What a scan saw.
     *
     * @param entries how many entries it added
     * @param bytes how many bytes of content it hashed
     * @param skipped how many files it could not read
     */
    record Result(long entries, long bytes, long skipped) {}

    private final CatalogStore store;
    private final LongConsumer progress;
    private final MessageDigest digest;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long entries;
    private long bytes;
    private long skipped;

    /**
     * Creates a scanner.
     *
     * @param store the catalogue to fill
     * @param progress hears the number of entries now and then
     */
    TreeScanner(CatalogStore store, LongConsumer progress) {
        this.store = store;
        this.progress = progress;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Adds everything below a directory, itself included, and makes it durable. */
    Result scan(Path root) throws IOException {
        Files.walkFileTree(root.toAbsolutePath().normalize(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                add(directory, attributes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                add(file, attributes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                skipped++;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        store.commit();
        return new Result(entries, bytes, skipped);
    }

    private void add(Path file, BasicFileAttributes attributes) {
        String path = file.toString();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
            skipped++;
            return;
        }
        try {
            store.put(new CatalogEntry(
                    path,
                    typeOf(attributes),
                    attributes.size(),
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                    modeOf(file),
                    attributes.isRegularFile() ? hash(file) : ""));
        } catch (IOException e) {
            skipped++;
            return;
        }
        if (++entries % ENTRIES_PER_COMMIT == 0) {
            store.commit();
        }
        if (entries % 1_000 == 0) {
            progress.accept(entries);
        }
    }

    private String hash(Path file) throws IOException {
        digest.reset();
        try (InputStream in = Files.newInputStream(file)) {
            int n;
            while ((n = in.read(buffer)) >= 0) {
                digest.update(buffer, 0, n);
                bytes += n;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static CatalogEntry.Type typeOf(BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
            return CatalogEntry.Type.FILE;
        }
        if (attributes.isDirectory()) {
            return CatalogEntry.Type.DIRECTORY;
        }
        return attributes.isSymbolicLink() ? CatalogEntry.Type.LINK : CatalogEntry.Type.OTHER;
    }

    private static int modeOf(Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return 0;
        }
        Set<PosixFilePermission> granted = view.readAttributes().permissions();
        int mode = 0;
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            mode = mode << 1 | (granted.contains(permission) ? 1 : 0);
        }
        return mode;
    }
}

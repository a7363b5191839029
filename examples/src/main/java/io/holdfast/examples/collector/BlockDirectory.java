package io.holdfast.examples.collector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Blocks in files that have the SHA-256 of their bytes as their names: a name never stands for other bytes. */
public final class BlockDirectory {
    private final Path directory;

    /**
     * Opens a directory of blocks.
     *
     * @param directory the directory, which is made when it is not there
     * @throws IOException if it cannot be made
     */
    public BlockDirectory(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /**
     * Keeps a block.
     *
     * @param bytes its bytes
     * @return its id
     * @throws IOException if it cannot be written
     */
    public String put(byte[] bytes) throws IOException {
        String id = HexFormat.of().formatHex(sha256().digest(bytes));
        Files.write(directory.resolve(id), bytes);
        return id;
    }

    /**
     * Returns whether a block is there.
     *
     * @param id its id
     */
    public boolean has(String id) {
        return Files.exists(directory.resolve(id));
    }

    /**
     * Returns the ids of all blocks in ascending order.
     *
     * @throws IOException if they cannot be listed
     */
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /**
     * Deletes a block; does nothing when there is none.
     *
     * @param id its id
     * @throws IOException if it cannot be deleted
     */
    public void delete(String id) throws IOException {
        Files.deleteIfExists(directory.resolve(id));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}

package io.holdfast.backup.core.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Directories and what is in them. */
final class Trees {
    private Trees() {}

    /** Returns the content of every file, by its path below the root; of a directory, its path with a slash. */
    static Map<String, String> contentOf(Path root) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.filter(path -> !path.equals(root))::iterator) {
                String name = root.relativize(path).toString();
                if (Files.isDirectory(path)) {
                    content.put(name + "/", "");
                } else {
                    byte[] bytes = Files.readAllBytes(path);
                    content.put(name, bytes.length + " bytes, hash " + Arrays.hashCode(bytes));
                }
            }
        }
        return content;
    }

    static Path file(Path root, String path, int seed, int length) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Files.write(file, bytes);
    }

    /** Fills a directory with files and directories of random names, depths and sizes. */
    static void grow(Path root, Random random) throws IOException {
        List<Path> directories = new ArrayList<>(List.of(root));
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) {
            Path parent = directories.get(random.nextInt(directories.size()));
            Path path = parent.resolve(name(random, i));
            if (random.nextInt(3) == 0) {
                directories.add(Files.createDirectory(path));
            } else {
                byte[] bytes = new byte[random.nextInt(random.nextInt(8) == 0 ? 300_000 : 2_000)];
                random.nextBytes(bytes);
                Files.write(path, bytes);
            }
        }
    }

    private static String name(Random random, int i) {
        String letters = "-.0_az ~";
        StringBuilder name = new StringBuilder(i + "");
        int length = random.nextInt(6) == 0 ? 120 : random.nextInt(8);
        for (int k = 0; k < length; k++) {
            name.append(letters.charAt(random.nextInt(letters.length())));
        }
        return name.toString();
    }
}

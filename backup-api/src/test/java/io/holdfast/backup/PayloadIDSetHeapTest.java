package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A heap is as large as the option says, so a child JVM that lives or dies measures without a stopwatch. */
class PayloadIDSetHeapTest {
    private static final int IDS = 1_000_000;

    @TempDir
    Path dir;

    @Test
    void an_idle_jvm_lives_in_8_mebibytes() throws Exception {
        assertThat(child("idle", 8)).isEqualTo("0");
    }

    @Test
    void a_million_ids_live_in_64_mebibytes_and_can_be_iterated() throws Exception {
        assertThat(child("compact", 64)).isEqualTo("0 " + IDS);
    }

    @Test
    void a_million_strings_in_a_hash_set_do_not_live_in_96_mebibytes() throws Exception {
        assertThat(child("strings", 96)).startsWith("3").contains("OutOfMemoryError");
    }

    /** Returns the exit status and what was printed. The young generation is small, so that nearly all is one old one. */
    private String child(String what, int mebibytes) throws IOException, InterruptedException {
        Path output = dir.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx" + mebibytes + "m",
                "-Xmn2m",
                "-cp",
                classPath(),
                Child.class.getName(),
                what));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("the child ended in time")
                    .isTrue();
            return (process.exitValue() + " " + Files.readString(output, StandardCharsets.UTF_8)).strip();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() {
        return String.join(
                System.getProperty("path.separator"),
                Arrays.asList(folderOf(PayloadIDSet.class), folderOf(Child.class)));
    }

    private static String folderOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** What runs in the child. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            Random random = new Random(1);
            switch (args[0]) {
                case "compact" -> {
                    PayloadIDSet set = PayloadIDSet.create();
                    for (int i = 0; i < IDS; i++) {
                        set.add(id(random));
                    }
                    long seen = 0;
                    for (String id : set) {
                        seen += id.length() == 36 ? 1 : 0;
                    }
                    System.out.println(seen);
                }
                case "strings" -> {
                    Set<String> set = new HashSet<>();
                    for (int i = 0; i < IDS; i++) {
                        set.add(id(random));
                    }
                    System.out.println(set.size());
                }
                default -> System.gc();
            }
        }

        private static String id(Random random) {
            return new UUID(random.nextLong(), random.nextLong()).toString();
        }
    }
}

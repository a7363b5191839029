package io.holdfast.backup.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A heap is as large as the option says: a child JVM with a small one lives only if nobody allocates what a stream claims. */
class SmallHeapTest {
    @TempDir
    Path directory;

    @Test
    void a_claimed_length_of_a_record_claims_no_heap() throws Exception {
        assertThat(child("record-claims")).isEqualTo("0 refused 4");
    }

    @Test
    void a_stream_much_larger_than_the_heap_is_written_and_read() throws Exception {
        assertThat(child("many-records")).isEqualTo("0 read 4096");
    }

    @Test
    void claimed_sizes_in_a_tar_claim_no_heap() throws Exception {
        assertThat(child("tar-claims")).isEqualTo("0 refused 5");
    }

    @Test
    void a_tar_much_larger_than_the_heap_is_written_and_read() throws Exception {
        assertThat(child("big-tar")).isEqualTo("0 extracted 67108864");
    }

    /** Returns the exit status and what was printed. */
    private String child(String what) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xmx16m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        what,
                        directory.toString()))
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
}

package io.holdfast.tests.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large objects pass through a small heap, with default settings. */
class HeapTest {
    @TempDir
    Path directory;

    @Test
    void more_than_the_heap_passes_through_96_megabytes() throws Exception {
        transfer(192L << 20);
    }

    @Test
    @Tag("soak")
    void five_gigabytes_pass_through_96_megabytes() throws Exception {
        transfer(Long.getLong("heap.size", 5L << 30));
    }

    private void transfer(long size) throws IOException, InterruptedException {
        try (S3Server server = LocalS3Server.onDisk(directory);
                ChildJvm child = ChildJvm.start(
                        List.of("-Xmx96m"),
                        Transfer.class,
                        server.destination(server.newBucket() + "/heap").toString(),
                        Long.toString(size))) {
            assertThat(child.answer()).isEqualTo("same");
        }
    }
}

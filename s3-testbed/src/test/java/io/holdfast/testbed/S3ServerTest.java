package io.holdfast.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ServerTest {
    @TempDir
    Path directory;

    @Test
    void a_new_bucket_is_empty() throws IOException {
        try (S3Server server = LocalS3Server.inMemory()) {
            String bucket = server.newBucket();

            assertThat(server.client().keys(bucket)).isEmpty();
            assertThat(server.client().unfinishedUploads(bucket)).isEmpty();
        }
    }

    @Test
    void what_is_on_disk_is_there_after_a_restart() throws IOException {
        String bucket;
        try (S3Server server = LocalS3Server.onDisk(directory)) {
            bucket = server.newBucket();
        }
        try (S3Server server = LocalS3Server.onDisk(directory)) {
            assertThat(server.client().keys(bucket)).isEmpty();
        }
    }

    @Test
    void a_bucket_that_is_not_there_is_no_empty_bucket() throws IOException {
        try (S3Server server = LocalS3Server.inMemory()) {
            assertThatThrownBy(() -> server.client().keys("nowhere"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("404");
        }
    }

    @Test
    void the_environment_names_a_server() {
        S3Server server = RemoteS3Server.named(Map.of(
                        "HOLDFAST_S3_ENDPOINT", "http://127.0.0.1:9",
                        "HOLDFAST_S3_ACCESS_KEY", "a",
                        "HOLDFAST_S3_SECRET_KEY", "s"))
                .orElseThrow();

        assertThat(server.endpoint()).hasPort(9);
        assertThat(server.region()).isEqualTo("us-east-1");
        assertThat(server.destination("bucket/prefix"))
                .hasToString("s3://bucket/prefix?endpoint=http%3A%2F%2F127.0.0.1%3A9&region=us-east-1"
                        + "&access-key=a&secret-key=s");
    }

    @Test
    void an_environment_that_names_half_a_server_is_refused() {
        assertThat(RemoteS3Server.named(Map.of())).isEmpty();
        assertThatThrownBy(() -> RemoteS3Server.named(Map.of("HOLDFAST_S3_ENDPOINT", "http://127.0.0.1:9")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HOLDFAST_S3_ACCESS_KEY");
    }
}

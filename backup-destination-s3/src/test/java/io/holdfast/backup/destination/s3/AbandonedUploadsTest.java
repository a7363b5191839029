package io.holdfast.backup.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** Which uploads a sweep takes (D7). */
class AbandonedUploadsTest {
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");
    private static final PartPlan TINY = new PartPlan(1000, 3, 10_000, 1000);

    private final ScriptedS3 server = new ScriptedS3();
    private final S3Connection stranger = S3Connection.open(server.settings());
    private final Bucket strangers =
            new Bucket(stranger.client(), server.settings().location(), new ObjectOptions(null, null, null, Map.of()));
    private final Destination destination = server.open(TINY);

    @AfterEach
    void close() {
        destination.close();
        stranger.close();
        server.close();
    }

    private String begin(String key, Instant time) {
        server.bucket.setTime(time);
        return stranger.calls().run("test", null, () -> strangers.createUpload(key, "t"));
    }

    private void send(String key, String uploadId, int number, Instant time) {
        server.bucket.setTime(time);
        Segments bytes = new Segments(new SegmentPool());
        bytes.append(new byte[5], 0, 5);
        stranger.calls().run("test", null, () -> strangers.uploadPart(key, uploadId, number, bytes));
    }

    @Test
    void an_upload_without_parts_is_judged_by_its_begin() {
        begin("k", BEGIN);
        assertThat(destination.discardAbandoned(BEGIN.plusSeconds(1))).isZero();
        assertThat(destination.discardAbandoned(BEGIN.plusSeconds(2))).isEqualTo(1);
        assertThat(server.bucket.uploads()).isEmpty();
    }

    @Test
    void an_upload_is_judged_by_its_newest_part_on_whatever_page() {
        server.bucket.setPageSize(2);
        String id = begin("k", BEGIN);
        for (int number = 1; number <= 5; number++) {
            send("k", id, number, BEGIN.plusSeconds(number == 5 ? 1000 : 10));
        }
        assertThat(destination.discardAbandoned(BEGIN.plusSeconds(500))).isZero();
        assertThat(destination.discardAbandoned(BEGIN.plusSeconds(1002))).isEqualTo(1);
    }

    @Test
    void every_page_of_uploads_is_seen() {
        server.bucket.setPageSize(2);
        for (int i = 0; i < 7; i++) {
            begin("k" + i, BEGIN);
        }
        assertThat(destination.discardAbandoned(BEGIN.plusSeconds(500))).isEqualTo(7);
        assertThat(server.bucket.uploads()).isEmpty();
    }

    @Test
    void what_lies_outside_of_the_prefix_is_left_alone() {
        try (S3Client client = stranger.client()) {
            stranger.calls()
                    .run(
                            "test",
                            null,
                            () -> client.createMultipartUpload(
                                    request -> request.bucket("bucket").key("pre/fixed/k")));
        }
        assertThat(destination.discardAbandoned(BEGIN.plusSeconds(500))).isZero();
        assertThat(server.bucket.uploads()).hasSize(1);
    }

    @Test
    void an_upload_of_another_instance_in_this_process_is_spared() throws IOException {
        try (Destination other = server.open(TINY);
                ObjectUpload upload = other.upload("alive")) {
            upload.write(new byte[5000]);
            assertThat(destination.discardAbandoned(Instant.parse("2500-01-01T00:00:00Z")))
                    .isZero();
            upload.commit();
        }
        assertThat(server.bucket.objects()).containsKey("pre/fix/alive");
    }

    @Test
    void closing_the_destination_leaves_nothing_of_its_uploads() throws IOException {
        Destination other = server.open(TINY);
        for (int i = 0; i < 5; i++) {
            other.upload("k" + i).write(new byte[5000]);
        }
        assertThat(server.bucket.uploads()).hasSize(5);
        other.close();
        assertThat(server.bucket.uploads()).isEmpty();
    }
}

package io.holdfast.backup.destination.s3;

import static io.holdfast.backup.destination.s3.Acts.assertFails;
import static io.holdfast.backup.destination.s3.Acts.bytes;
import static io.holdfast.backup.destination.s3.Acts.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.s3.ScriptedS3.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader makes of servers and networks that do not do what they should (D8). */
class S3ReadsTest {
    private static final PartPlan TINY = new PartPlan(1000, 3, 10_000, 1000);
    private static final byte[] CONTENT = bytes(5300);

    private final ScriptedS3 server = new ScriptedS3();
    private final CountDownLatch stalled = new CountDownLatch(1);
    private Destination destination;

    @BeforeEach
    void open() {
        destination = server.open(TINY, "attempts", "3", "timeout", "500ms");
        server.bucket.store("pre/fix/k", CONTENT, "t");
    }

    @AfterEach
    void close() {
        stalled.countDown();
        destination.close();
        server.close();
    }

    @Test
    void a_body_that_breaks_is_resumed_at_the_byte() {
        server.once("get", (request, server) -> server.answer().cutAfter(400));
        assertThat(get(destination, "k")).isEqualTo(CONTENT);
        assertThat(ranges()).contains("bytes=0-999", "bytes=400-999").hasSize(7);
    }

    private List<String> ranges() {
        return server.requests("get").stream()
                .map(request -> request.headers().get("Range"))
                .toList();
    }

    @Test
    void a_body_that_ends_early_as_if_all_was_well_is_no_end() {
        server.once("get", (request, server) -> {
            Answer whole = server.answer();
            return new Answer(206, whole.headers(), Arrays.copyOf(whole.body(), 300), 300);
        });
        assertThat(get(destination, "k")).isEqualTo(CONTENT);
    }

    @Test
    void a_body_that_stalls_is_resumed() {
        server.once("get", (request, server) -> {
            awaitEnd();
            return server.answer();
        });
        assertThat(get(destination, "k")).isEqualTo(CONTENT);
    }

    private void awaitEnd() {
        try {
            stalled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_body_that_always_breaks_is_a_failure_to_retry() throws IOException {
        try (InputStream in = destination.open("k", 0)) {
            server.script("get", (request, server) -> server.answer().cutAfter(0));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, in::readAllBytes);
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, in::read);
        }
        assertThat(Collections.frequency(ranges(), "bytes=1000-1999")).isEqualTo(3);
    }

    @Test
    void a_body_that_always_breaks_and_always_brings_something_arrives() {
        server.script("get", (request, server) -> server.answer().cutAfter(100));
        assertThat(get(destination, "k")).isEqualTo(CONTENT);
    }

    @Test
    void a_replaced_object_is_an_error_and_not_a_mix() throws IOException {
        try (InputStream in = destination.open("k", 0)) {
            server.bucket.store("pre/fix/k", bytes(5300), "t");
            assertFails(ErrorCode.INTEGRITY_MISMATCH, in::readAllBytes);
        }
    }

    @Test
    void an_object_deleted_under_its_reader_is_missing() throws IOException {
        try (InputStream in = destination.open("k", 0)) {
            destination.delete("k");
            assertFails(ErrorCode.DESTINATION_OBJECT_MISSING, in::readAllBytes);
        }
    }

    @Test
    void a_server_that_ignores_ranges_is_good_for_the_beginning_only() throws IOException {
        server.script("get", (request, server) -> {
            request.headers().remove("Range");
            return server.answer();
        });
        server.bucket.store("pre/fix/small", bytes(800), "t");
        assertThat(get(destination, "small")).isEqualTo(bytes(800));
        var failure = assertFails(ErrorCode.INTERNAL, () -> destination.open("k", 5));
        assertThat(failure).hasMessageContaining("bytes from 5 on");
    }

    @Test
    void nothing_is_read_ahead_before_somebody_reads() throws IOException {
        try (InputStream in = destination.open("k", 0)) {
            assertThat(server.count("get")).isEqualTo(1);
            assertThat(in.read()).isEqualTo(CONTENT[0] & 0xff);
            assertThat(in.readNBytes(999)).hasSize(999);
        }
        assertThat(server.count("get")).isLessThanOrEqualTo(2);
    }

    @Test
    void an_empty_object_is_empty_and_has_no_second_byte() throws IOException {
        server.bucket.store("pre/fix/empty", new byte[0], "t");
        assertThat(get(destination, "empty")).isEmpty();
        assertThatThrownBy(() -> destination.open("empty", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void denied_is_not_missing_and_the_words_tell_why_it_may_be() {
        server.script("get", (request, server) -> Answer.error(403, "AccessDenied"));
        server.script("head", (request, server) -> Answer.of(403));
        for (var failure : List.of(
                assertFails(ErrorCode.DESTINATION_PERMISSION_DENIED, () -> destination.open("no", 0)),
                assertFails(ErrorCode.DESTINATION_PERMISSION_DENIED, () -> destination.stat("no")))) {
            assertThat(failure).hasMessageContaining("s3:ListBucket");
        }
    }

    @Test
    void a_missing_bucket_is_no_missing_object() {
        server.script("get", (request, server) -> Answer.error(404, "NoSuchBucket"));
        server.script("head", (request, server) -> Answer.of(404));
        server.script("bucket", (request, server) -> Answer.of(404));
        assertFails(ErrorCode.DESTINATION_NOT_FOUND, () -> destination.open("k", 0));
        assertFails(ErrorCode.DESTINATION_NOT_FOUND, () -> destination.stat("k"));
    }

    @Test
    void the_bucket_is_asked_for_once_when_objects_are_missing() {
        assertThat(destination.stat("no")).isEmpty();
        assertThat(destination.stat("no")).isEmpty();
        assertThat(server.operations()).containsExactly("head", "bucket", "head");
    }
}

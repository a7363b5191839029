package io.holdfast.backup.destination.s3;

import static io.holdfast.backup.destination.s3.Acts.assertFails;
import static io.holdfast.backup.destination.s3.Acts.bytes;
import static io.holdfast.backup.destination.s3.Acts.get;
import static io.holdfast.backup.destination.s3.Acts.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.s3.ScriptedS3.Answer;
import io.holdfast.backup.destination.s3.ScriptedS3.Request;
import io.holdfast.backup.destination.s3.ScriptedS3.Script;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a commit makes of the answers it gets, and of those it does not get (D2, D17). */
class CommitsTest {
    private static final PartPlan TINY = new PartPlan(1000, 3, 10_000, 1000);

    private final ScriptedS3 server = new ScriptedS3();
    private Destination destination;

    @BeforeEach
    void open() {
        destination = server.open(TINY);
        // So that the probes are over.
        put(destination, "first/small", bytes(10));
        put(destination, "first/big", bytes(5000));
    }

    @AfterEach
    void close() {
        destination.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"put, 10", "complete, 5000"})
    void a_commit_whose_answer_was_lost_is_recognised(String operation, int size) {
        server.once(operation, (request, server) -> {
            server.answer();
            return Answer.LOST;
        });
        assertThat(put(destination, "k", bytes(size)).size()).isEqualTo(size);
        assertThat(get(destination, "k")).isEqualTo(bytes(size));
    }

    @ParameterizedTest
    @CsvSource({"put, 10", "complete, 5000"})
    void a_commit_whose_request_was_lost_is_tried_again(String operation, int size) {
        server.once(operation, (request, server) -> Answer.LOST);
        put(destination, "k", bytes(size));
        assertThat(get(destination, "k")).isEqualTo(bytes(size));
    }

    @ParameterizedTest
    @CsvSource({"put, 10", "complete, 5000"})
    void a_rival_that_was_faster_is_not_taken_for_oneself(String operation, int size) {
        server.once(operation, (request, server) -> {
            this.server.bucket.store(request.key(), request.body(), "another token");
            return Answer.LOST;
        });
        assertFails(ErrorCode.DESTINATION_OBJECT_EXISTS, () -> put(destination, "k", bytes(size)));
    }

    @ParameterizedTest
    @CsvSource({"put, 10", "complete, 5000"})
    void a_commit_without_any_answer_is_unknown(String operation, int size) {
        server.script(operation, (request, server) -> Answer.LOST);
        assertFails(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, () -> put(destination, "k", bytes(size)));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504})
    void a_server_in_trouble_may_have_committed(int status) {
        server.script("put", (request, server) -> {
            server.answer();
            return Answer.of(status);
        });
        assertThat(put(destination, "k", bytes(10)).size()).isEqualTo(10);
        server.script("put", (request, server) -> Answer.of(status));
        assertFails(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, () -> put(destination, "l", bytes(10)));
    }

    /** Lets the server be in trouble for so many requests of an operation. */
    private void failFirst(String operation, int failures, Script then) {
        AtomicInteger seen = new AtomicInteger();
        server.script(
                operation,
                (request, asked) -> seen.incrementAndGet() <= failures
                        ? Answer.error(500, "InternalError")
                        : then.answer(request, asked));
    }

    /** A destination that tries everything twice, and is over with its probes. */
    private Destination impatient() {
        Destination impatient = server.open(TINY, "attempts", "2");
        put(impatient, "second/small", bytes(10));
        put(impatient, "second/big", bytes(5000));
        return impatient;
    }

    @ParameterizedTest
    @CsvSource({"put, 10", "complete, 5000"})
    void a_commit_that_a_server_in_trouble_has_not_done_is_sent_again(String operation, int size) {
        try (Destination impatient = impatient()) {
            failFirst(operation, 3, (request, asked) -> asked.answer());
            put(impatient, "k", bytes(size));
        }
        assertThat(get(destination, "k")).isEqualTo(bytes(size));
    }

    @Test
    void a_commit_that_arrives_while_it_is_sent_again_is_ones_own() {
        try (Destination impatient = impatient()) {
            failFirst("put", 2, (request, asked) -> {
                bucketStores(request);
                return asked.answer();
            });
            assertThat(put(impatient, "k", bytes(10)).size()).isEqualTo(10);
        }
    }

    private void bucketStores(Request late) {
        server.bucket.store(late.key(), late.body(), late.headers().get("x-amz-meta-holdfast-token"));
    }

    @Test
    void a_commit_that_is_refused_when_it_is_sent_again_stays_unknown() {
        try (Destination impatient = impatient()) {
            failFirst("put", 2, (request, asked) -> Answer.error(403, "AccessDenied"));
            assertFails(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, () -> put(impatient, "k", bytes(10)));
        }
    }

    @Test
    void a_rival_that_comes_before_a_commit_is_sent_again_has_the_key() {
        try (Destination impatient = impatient()) {
            failFirst("put", 2, (request, asked) -> {
                server.bucket.store(request.key(), bytes(3), "another token");
                return asked.answer();
            });
            assertFails(ErrorCode.DESTINATION_OBJECT_EXISTS, () -> put(impatient, "k", bytes(10)));
        }
    }

    @Test
    void a_commit_is_not_sent_forever() {
        try (Destination impatient = impatient()) {
            server.forgetRequests();
            failFirst("put", Integer.MAX_VALUE, (request, asked) -> asked.answer());
            assertFails(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, () -> put(impatient, "k", bytes(10)));
        }
        assertThat(server.count("put")).isEqualTo(6);
    }

    @Test
    void an_outcome_is_unknown_too_when_nobody_may_look() {
        server.script("put", (request, server) -> Answer.LOST);
        server.script("head", (request, server) -> Answer.of(403));
        assertFails(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, () -> put(destination, "k", bytes(10)));
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, DESTINATION_PERMISSION_DENIED",
        "503, SlowDown, DESTINATION_THROTTLED",
        "507, InsufficientStorage, DESTINATION_NO_SPACE"
    })
    void what_was_refused_did_not_happen(int status, String name, ErrorCode code) {
        server.script("put", (request, server) -> Answer.error(status, name));
        assertFails(code, () -> put(destination, "k", bytes(10)));
        assertThat(server.operations()).doesNotContain("head");
    }

    @Test
    void an_error_in_an_answer_of_success_is_an_error() {
        server.script(
                "complete",
                (request, server) -> Answer.error(200, "InternalError").with("x", "y"));
        assertFails(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, () -> put(destination, "k", bytes(5000)));
        Script refused = (request, server) -> Answer.error(200, "AccessDenied");
        server.script("complete", refused);
        assertFails(ErrorCode.DESTINATION_PERMISSION_DENIED, () -> put(destination, "l", bytes(5000)));
        assertThat(server.bucket.uploads()).isEmpty();
    }

    @Test
    void a_success_that_cannot_be_read_is_no_rivals() {
        server.script("complete", (request, server) -> {
            server.answer();
            return Answer.xml(200, "<CompleteMultipartUploadResult><ETag>");
        });
        assertThat(put(destination, "k", bytes(5000)).size()).isEqualTo(5000);
        server.script("head", (request, server) -> Answer.of(403));
        assertFails(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, () -> put(destination, "l", bytes(5000)));
    }

    @Test
    void an_object_of_ones_own_that_lacks_bytes_is_no_success() {
        server.once("put", (request, server) -> {
            this.server.bucket.store(request.key(), bytes(7), request.headers().get("x-amz-meta-holdfast-token"));
            return Answer.LOST;
        });
        assertFails(ErrorCode.INTEGRITY_MISMATCH, () -> put(destination, "k", bytes(10)));
    }

    @Test
    void a_server_that_cannot_delete_what_is_not_there_is_understood() {
        server.script("delete", (request, server) -> Answer.error(404, "NoSuchKey"));
        destination.delete("k");
        server.script("delete", (request, server) -> Answer.error(404, "NoSuchBucket"));
        assertFails(ErrorCode.DESTINATION_NOT_FOUND, () -> destination.delete("k"));
    }

    @Test
    void an_upload_that_was_swept_away_says_so() {
        server.script("complete", (request, server) -> Answer.error(404, "NoSuchUpload"));
        var failure = assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> put(destination, "k", bytes(5000)));
        assertThat(failure).hasMessageContaining("swept away");
    }

    @Test
    void a_conflict_is_tried_again() {
        server.once("put", (request, server) -> Answer.error(409, "ConditionalRequestConflict"));
        put(destination, "k", bytes(10));
        assertThat(get(destination, "k")).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource({"put, 10, none", "complete, 5000, small"})
    void a_server_that_ignores_the_condition_is_found_out_before_any_harm(String operation, int size, String instead) {
        ignoreCondition(operation);
        try (Destination trusting = server.open(TINY)) {
            put(destination, "other", bytes(3));
            var failure = assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> put(trusting, "k", bytes(size)));
            assertThat(failure).hasMessageContaining("exclusive-commit=" + instead);
        }
        assertThat(server.bucket.objects()).doesNotContainKey("pre/fix/k");
        assertThat(server.bucket.uploads()).isEmpty();
        assertThat(server.bucket.objects().keySet()).noneMatch(name -> name.contains("probe"));
    }

    private void ignoreCondition(String operation) {
        server.script(operation, (request, server) -> {
            request.headers().remove("If-None-Match");
            return server.answer();
        });
    }

    @Test
    void where_nothing_is_exclusive_a_taken_key_is_seen_by_looking() {
        ignoreCondition("put");
        ignoreCondition("complete");
        try (Destination modest = server.open(TINY, "exclusive-commit", "none")) {
            assertThat(modest.info().capabilities()).isEmpty();
            put(modest, "small", bytes(10));
            put(modest, "big", bytes(5000));
            for (String key : new String[] {"small", "big"}) {
                assertFails(ErrorCode.DESTINATION_OBJECT_EXISTS, () -> put(modest, key, bytes(20)));
                assertFails(ErrorCode.DESTINATION_OBJECT_EXISTS, () -> put(modest, key, bytes(3000)));
            }
            assertThat(get(modest, "small")).hasSize(10);
        }
    }

    @Test
    void where_only_small_commits_are_exclusive_it_says_so() {
        ignoreCondition("complete");
        try (Destination modest = server.open(TINY, "exclusive-commit", "small")) {
            assertThat(modest.info().capabilities()).containsExactly(Capability.EXCLUSIVE_SMALL_COMMIT);
            put(modest, "big", bytes(5000));
            assertFails(ErrorCode.DESTINATION_OBJECT_EXISTS, () -> put(modest, "big", bytes(6000)));
            assertThat(get(modest, "big")).isEqualTo(bytes(5000));
        }
    }

    @Test
    void a_small_object_is_one_request_to_write_and_one_to_read() {
        server.forgetRequests();
        put(destination, "k", bytes(1000));
        get(destination, "k");
        destination.delete("k");
        assertThat(server.operations()).containsExactly("put", "get", "delete");
    }

    @Test
    void a_big_object_is_its_parts_and_two_requests() {
        server.forgetRequests();
        put(destination, "k", bytes(3500));
        assertThat(server.operations())
                .hasSize(6)
                .startsWith("create")
                .endsWith("complete")
                .contains("part");
        assertThat(server.bucket.uploads()).isEmpty();
    }

    @Test
    void a_token_is_never_used_twice() {
        put(destination, "a", bytes(10));
        put(destination, "b", bytes(10));
        assertThat(server.bucket.objects().values())
                .extracting(ScriptedBucket.Stored::token)
                .doesNotHaveDuplicates();
    }

    @Test
    void a_stream_that_crosses_every_step_of_growth_arrives_whole() {
        PartPlan growing = new PartPlan(1000, 3, 200_000, 60);
        try (Destination plan = server.open(growing)) {
            byte[] stream = bytes(2_000_000);
            put(plan, "long", stream);
            assertThat(server.bucket.objects().get("pre/fix/long").bytes()).isEqualTo(stream);
        }
    }

    @Test
    void what_does_not_fit_into_the_most_parts_is_refused_and_leaves_nothing() {
        PartPlan small = new PartPlan(1000, 3, 2000, 10);
        try (Destination plan = server.open(small)) {
            put(plan, "just", bytes((int) small.capacity()));
            var failure = assertFails(
                    ErrorCode.DESTINATION_CONFIG_INVALID, () -> put(plan, "over", bytes((int) small.capacity() + 1)));
            assertThat(failure).hasMessageContaining("more memory");
        }
        assertThat(server.bucket.uploads()).isEmpty();
        assertThat(server.bucket.objects()).doesNotContainKey("pre/fix/over");
    }

    @Test
    void a_part_that_fails_fails_the_upload_and_leaves_nothing() {
        server.script("part", (request, server) -> Answer.error(403, "AccessDenied"));
        assertThatThrownBy(() -> put(destination, "k", bytes(50_000))).hasMessageContaining("AccessDenied");
        assertThat(server.bucket.uploads()).isEmpty();
    }
}

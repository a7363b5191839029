package io.holdfast.backup.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.Clock;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.s3.ScriptedS3.Answer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a check finds. */
class S3CheckTest {
    private final ScriptedS3 server = new ScriptedS3();
    private final Destination destination = server.open();

    @AfterEach
    void close() {
        destination.close();
        server.close();
    }

    private List<String> codes() {
        return destination.check().stream().map(Finding::code).toList();
    }

    @Test
    void a_healthy_bucket_misses_a_rule_at_most_and_keeps_nothing() {
        assertThat(codes()).containsExactly("no_abort_rule");
        assertThat(server.bucket.objects()).isEmpty();
        assertThat(server.bucket.uploads()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "put, 403, AccessDenied, destination_permission_denied",
        "put, 403, InvalidAccessKeyId, destination_credentials_invalid",
        "get, 403, AccessDenied, destination_permission_denied",
        "list, 403, AccessDenied, destination_permission_denied",
        "delete, 403, AccessDenied, destination_permission_denied",
        "create, 403, AccessDenied, destination_permission_denied",
        "abort, 403, AccessDenied, destination_permission_denied",
        "uploads, 403, AccessDenied, destination_permission_denied",
        "put, 507, QuotaExceeded, destination_no_space"
    })
    void what_is_refused_is_an_error(String operation, int status, String name, String code) {
        server.script(operation, (request, server) -> Answer.error(status, name));
        assertThat(destination.check()).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.code()).isEqualTo(code);
            assertThat(finding.message()).contains(name);
        });
    }

    @Test
    void a_missing_bucket_is_an_error() {
        server.script("bucket", (request, server) -> Answer.of(404));
        assertThat(codes()).containsExactly("destination_not_found");
    }

    @ParameterizedTest
    @CsvSource({"put, none", "complete, small"})
    void a_server_that_replaces_objects_is_an_error_with_a_way_out(String operation, String instead) {
        server.script(operation, (request, server) -> {
            request.headers().remove("If-None-Match");
            return server.answer();
        });
        assertThat(destination.check()).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.code()).isEqualTo("not_exclusive");
            assertThat(finding.message()).contains("exclusive-commit=" + instead);
        });
        assertThat(server.bucket.objects()).isEmpty();
    }

    @Test
    void a_server_that_gives_other_bytes_is_an_error() {
        server.script("get", (request, server) -> {
            Answer answer = server.answer();
            answer.body()[0]++;
            return answer;
        });
        assertThat(codes()).contains("contract_broken");
    }

    @Test
    void a_server_that_keeps_what_was_deleted_is_an_error() {
        server.script("delete", (request, server) -> Answer.of(204));
        assertThat(codes()).contains("contract_broken");
    }

    @Test
    void old_versions_are_worth_a_warning() {
        server.script(
                "versioning",
                (request, server) ->
                        Answer.xml(200, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"));
        assertThat(codes()).contains("versioned_bucket");
    }

    @ParameterizedTest
    @CsvSource({
        "pre/, Enabled, 3, true",
        "'', Enabled, 6, true",
        "pre/fix/backups, Enabled, 1, true",
        "pre/, Enabled, 7, false",
        "pre/, Disabled, 1, false",
        "other/, Enabled, 1, false"
    })
    void a_rule_that_aborts_uploads_too_early_is_worth_a_warning(
            String prefix, String status, int days, boolean warned) {
        rule("<Filter><Prefix>" + prefix + "</Prefix></Filter><Status>" + status + "</Status>"
                + "<AbortIncompleteMultipartUpload><DaysAfterInitiation>" + days
                + "</DaysAfterInitiation></AbortIncompleteMultipartUpload>");
        assertThat(codes().contains("uploads_aborted_early")).isEqualTo(warned);
    }

    private void rule(String content) {
        server.script(
                "lifecycle",
                (request, server) -> Answer.xml(
                        200, "<LifecycleConfiguration><Rule>" + content + "</Rule></LifecycleConfiguration>"));
    }

    @Test
    void a_rule_that_deletes_backups_is_worth_a_warning() {
        rule("<Filter><Prefix>pre</Prefix></Filter><Status>Enabled</Status><Expiration><Days>30</Days></Expiration>");
        assertThat(codes()).contains("objects_expire");
    }

    @Test
    void what_may_not_be_looked_at_is_no_error() {
        server.script("lifecycle", (request, server) -> Answer.error(403, "AccessDenied"));
        server.script("versioning", (request, server) -> Answer.error(501, "NotImplemented"));
        assertThat(destination.check())
                .extracting(Finding::code, Finding::severity)
                .containsOnly(org.assertj.core.groups.Tuple.tuple("not_looked_at", Finding.Severity.INFO));
    }

    @Test
    void a_clock_that_is_far_off_is_worth_a_warning() {
        S3Settings settings = server.settings();
        try (S3Connection connection = S3Connection.open(settings)) {
            Clock late = () -> Instant.now().minusSeconds(600);
            S3Errors errors = new S3Errors("here");
            Bucket bucket = new Bucket(connection.client(), settings.location(), settings.objects());
            assertThat(new S3Check(destination, settings, bucket, connection.calls(), errors, late).run())
                    .anySatisfy(finding -> {
                        assertThat(finding.code()).isEqualTo("clock_skew");
                        assertThat(finding.message()).contains("behind");
                    });
        }
    }

    @Test
    void a_server_that_is_not_there_is_an_error_and_not_an_exception() {
        server.close();
        assertThat(codes()).containsExactly("destination_unreachable");
    }
}

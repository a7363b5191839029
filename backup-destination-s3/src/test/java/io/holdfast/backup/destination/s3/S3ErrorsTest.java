package io.holdfast.backup.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What each failure is called (D13). */
class S3ErrorsTest {
    static Stream<Arguments> names() {
        return S3Errors.BY_NAME.entrySet().stream().map(row -> Arguments.of(row.getKey(), row.getValue()));
    }

    static Stream<Arguments> statuses() {
        return S3Errors.BY_STATUS.entrySet().stream().map(row -> Arguments.of(row.getKey(), row.getValue()));
    }

    /** The server's name for an error counts more than its status. */
    @ParameterizedTest
    @MethodSource("names")
    void a_name_has_its_code_whatever_the_status(String name, ErrorCode code) {
        assertThat(S3Errors.codeOf(refusal(400, name, "text"))).isEqualTo(code);
        assertThat(S3Errors.codeOf(refusal(503, name, "text"))).isEqualTo(code);
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void a_status_has_its_code_without_a_known_name(int status, ErrorCode code) {
        assertThat(S3Errors.codeOf(refusal(status, null, null))).isEqualTo(code);
        assertThat(S3Errors.codeOf(refusal(status, "NeverHeardOf", "text"))).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, DESTINATION_PERMISSION_DENIED",
        "403, InvalidAccessKeyId, DESTINATION_CREDENTIALS_INVALID",
        "403, SignatureDoesNotMatch, DESTINATION_CREDENTIALS_INVALID",
        "403, RequestTimeTooSkewed, DESTINATION_CREDENTIALS_INVALID",
        "400, ExpiredToken, DESTINATION_CREDENTIALS_INVALID",
        "403, QuotaExceeded, DESTINATION_NO_SPACE",
        "404, NoSuchBucket, DESTINATION_NOT_FOUND",
        "404, NoSuchKey, DESTINATION_OBJECT_MISSING",
        "404, NoSuchUpload, DESTINATION_UNREACHABLE",
        "412, PreconditionFailed, DESTINATION_OBJECT_EXISTS",
        "409, ConditionalRequestConflict, DESTINATION_UNREACHABLE",
        "400, AuthorizationHeaderMalformed, DESTINATION_CONFIG_INVALID",
        "301, PermanentRedirect, DESTINATION_CONFIG_INVALID",
        "403, InvalidObjectState, DESTINATION_OBJECT_LOCKED",
        "503, SlowDown, DESTINATION_THROTTLED",
        "503, ServiceUnavailable, DESTINATION_UNREACHABLE",
        "400, BadDigest, DESTINATION_UNREACHABLE",
        "500, '', DESTINATION_UNREACHABLE",
        "599, '', DESTINATION_UNREACHABLE",
        "418, '', INTERNAL"
    })
    void what_servers_say_most_often(int status, String name, ErrorCode code) {
        assertThat(S3Errors.codeOf(refusal(status, name, "text"))).isEqualTo(code);
    }

    @Test
    void a_lock_is_told_by_its_words_only() {
        assertThat(S3Errors.codeOf(refusal(403, "AccessDenied", "denied because object protected by object lock.")))
                .isEqualTo(ErrorCode.DESTINATION_OBJECT_LOCKED);
        assertThat(S3Errors.codeOf(refusal(400, "InvalidRequest", "Object is WORM protected")))
                .isEqualTo(ErrorCode.DESTINATION_OBJECT_LOCKED);
    }

    static Stream<Arguments> clientFailures() {
        return Stream.of(
                Arguments.of(clientFailure("x", new UnknownHostException("h")), ErrorCode.DESTINATION_UNREACHABLE),
                Arguments.of(clientFailure("x", new ConnectException("refused")), ErrorCode.DESTINATION_UNREACHABLE),
                Arguments.of(clientFailure("x", new SocketException("reset")), ErrorCode.DESTINATION_UNREACHABLE),
                Arguments.of(clientFailure("x", new SocketTimeoutException()), ErrorCode.DESTINATION_UNREACHABLE),
                Arguments.of(clientFailure("x", new SSLHandshakeException("eof")), ErrorCode.DESTINATION_UNREACHABLE),
                Arguments.of(
                        clientFailure("x", new IOException(new CertificateException("untrusted"))),
                        ErrorCode.DESTINATION_CONFIG_INVALID),
                Arguments.of(
                        clientFailure("x", new SSLPeerUnverifiedException("other host")),
                        ErrorCode.DESTINATION_CONFIG_INVALID),
                Arguments.of(ApiCallTimeoutException.create(5), ErrorCode.DESTINATION_UNREACHABLE),
                Arguments.of(ApiCallAttemptTimeoutException.create(5), ErrorCode.DESTINATION_UNREACHABLE),
                Arguments.of(
                        clientFailure("Unable to load credentials from any of the providers", null),
                        ErrorCode.DESTINATION_CREDENTIALS_INVALID),
                Arguments.of(new UncheckedIOException(new IOException("cut")), ErrorCode.DESTINATION_UNREACHABLE),
                Arguments.of(clientFailure("something else", null), ErrorCode.INTERNAL),
                Arguments.of(new IllegalStateException("bug"), ErrorCode.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("clientFailures")
    void failures_on_this_side_have_their_codes(Throwable failure, ErrorCode code) {
        assertThat(S3Errors.codeOf(failure)).isEqualTo(code);
    }

    @Test
    void a_message_says_where_what_and_why_and_keeps_the_cause() {
        S3Exception refusal = refusal(403, "AccessDenied", "Access Denied");
        assertThat(new S3Errors("s3://bucket/prefix").failure("delete", "a/key", refusal))
                .hasMessageStartingWith("Could not delete \"a/key\" at s3://bucket/prefix: the server answered 403"
                        + " AccessDenied (Access Denied)")
                .hasCause(refusal);
    }

    @Test
    void only_what_failed_before_anything_was_sent_is_known_not_to_have_happened() {
        assertThat(Map.of(
                        new ConnectException(), true,
                        new UnknownHostException(), true,
                        new SocketException("reset"), false,
                        new SocketTimeoutException(), false))
                .allSatisfy((error, neverSent) ->
                        assertThat(S3Errors.wasNeverSent(error)).isEqualTo(neverSent));
    }

    private static S3Exception refusal(int status, String name, String text) {
        return (S3Exception) S3Exception.builder()
                .statusCode(status)
                .message(text)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(name)
                        .errorMessage(text)
                        .build())
                .build();
    }

    private static SdkClientException clientFailure(String message, Throwable cause) {
        return SdkClientException.create(message, cause);
    }
}

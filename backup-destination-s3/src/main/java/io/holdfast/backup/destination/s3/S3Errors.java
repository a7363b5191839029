package io.holdfast.backup.destination.s3;

import static io.holdfast.backup.ErrorCode.DESTINATION_CONFIG_INVALID;
import static io.holdfast.backup.ErrorCode.DESTINATION_CREDENTIALS_INVALID;
import static io.holdfast.backup.ErrorCode.DESTINATION_NOT_FOUND;
import static io.holdfast.backup.ErrorCode.DESTINATION_NO_SPACE;
import static io.holdfast.backup.ErrorCode.DESTINATION_OBJECT_EXISTS;
import static io.holdfast.backup.ErrorCode.DESTINATION_OBJECT_LOCKED;
import static io.holdfast.backup.ErrorCode.DESTINATION_OBJECT_MISSING;
import static io.holdfast.backup.ErrorCode.DESTINATION_PERMISSION_DENIED;
import static io.holdfast.backup.ErrorCode.DESTINATION_THROTTLED;
import static io.holdfast.backup.ErrorCode.DESTINATION_UNREACHABLE;
import static io.holdfast.backup.ErrorCode.INTERNAL;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Turns what the server and the SDK say into what the contract asks for: the one table of codes (D13). */
final class S3Errors {
    /** What servers call their errors, those of other makers than Amazon among them. */
    static final Map<String, ErrorCode> BY_NAME = namesOf(Map.of(
            DESTINATION_PERMISSION_DENIED,
            "AccessDenied AllAccessDisabled AccountProblem Forbidden MethodNotAllowed NotSignedUp UnauthorizedAccess"
                    + " KMS.AccessDeniedException AccessForbidden Unauthorized",
            DESTINATION_CREDENTIALS_INVALID,
            "InvalidAccessKeyId SignatureDoesNotMatch InvalidToken ExpiredToken ExpiredTokenException"
                    + " TokenRefreshRequired InvalidSecurity MissingSecurityHeader CredentialsNotSupported"
                    + " RequestTimeTooSkewed RequestExpired MissingAuthenticationToken InvalidClientTokenId",
            DESTINATION_NOT_FOUND,
            "NoSuchBucket NoSuchHost",
            DESTINATION_NO_SPACE,
            "QuotaExceeded InsufficientStorage InsufficientCapacity StorageFull XMinioStorageFull"
                    + " XMinioAdminBucketQuotaExceeded",
            DESTINATION_THROTTLED,
            "SlowDown SlowDownRead SlowDownWrite RequestLimitExceeded Throttling ThrottlingException"
                    + " ThrottledException RequestThrottled RequestThrottledException TooManyRequests"
                    + " TooManyRequestsException BandwidthLimitExceeded KMS.ThrottlingException",
            DESTINATION_UNREACHABLE,
            "InternalError InternalFailure ServiceUnavailable ServiceFailure RequestTimeout RequestTimeoutException"
                    + " OperationAborted ConditionalRequestConflict IncompleteBody BadDigest ContentSHA256Mismatch"
                    + " XAmzContentSHA256Mismatch XAmzContentChecksumMismatch NoSuchUpload Busy 504GatewayTimeout",
            DESTINATION_CONFIG_INVALID,
            "AuthorizationHeaderMalformed PermanentRedirect TemporaryRedirect Redirect IncorrectEndpoint"
                    + " IllegalLocationConstraintException InvalidLocationConstraint InvalidBucketName InvalidRegion"
                    + " InvalidStorageClass InvalidTag InvalidEncryptionAlgorithmError KMS.NotFoundException"
                    + " KMS.DisabledException KMS.InvalidStateException KMS.KMSInvalidStateException"
                    + " EntityTooSmall EntityTooLarge NotImplemented KeyTooLongError",
            DESTINATION_OBJECT_MISSING,
            "NoSuchKey NoSuchVersion",
            DESTINATION_OBJECT_EXISTS,
            "PreconditionFailed",
            DESTINATION_OBJECT_LOCKED,
            "ObjectLocked InvalidObjectState"));

    /** What a status means that comes without a name, or with one that nobody knows. */
    static final Map<Integer, ErrorCode> BY_STATUS = Map.ofEntries(
            Map.entry(301, DESTINATION_CONFIG_INVALID),
            Map.entry(307, DESTINATION_CONFIG_INVALID),
            Map.entry(308, DESTINATION_CONFIG_INVALID),
            Map.entry(401, DESTINATION_CREDENTIALS_INVALID),
            Map.entry(403, DESTINATION_PERMISSION_DENIED),
            Map.entry(405, DESTINATION_PERMISSION_DENIED),
            Map.entry(407, DESTINATION_CREDENTIALS_INVALID),
            Map.entry(408, DESTINATION_UNREACHABLE),
            Map.entry(409, DESTINATION_UNREACHABLE),
            Map.entry(412, DESTINATION_OBJECT_EXISTS),
            Map.entry(423, DESTINATION_OBJECT_LOCKED),
            Map.entry(429, DESTINATION_THROTTLED),
            Map.entry(501, DESTINATION_CONFIG_INVALID),
            // All that an answer without a body keeps of SlowDown.
            Map.entry(503, DESTINATION_THROTTLED),
            Map.entry(507, DESTINATION_NO_SPACE));

    /** What an operator should know besides the server's own words. */
    private static final Map<String, String> ADVICE = Map.of(
            "403",
            "A server says so of missing objects too, when the right to list the bucket is missing: grant s3:ListBucket",
            "RequestTimeTooSkewed",
            "The clock of this host and that of the server differ too much",
            "AuthorizationHeaderMalformed",
            "Correct the region",
            "PermanentRedirect",
            "The bucket lies in another region or behind another endpoint",
            "301",
            "The bucket lies in another region or behind another endpoint",
            "NotImplemented",
            "Servers that know no checksums need checksums=required",
            "NoSuchUpload",
            "The upload was swept away or ended by somebody else",
            "InvalidObjectState",
            "The object lies in an archive class and must be restored there first");

    private static final String UNTRUSTED =
            ". The certificate of the server is not trusted for this host: name the one "
                    + "that vouches for it with ca-file, and the host as the certificate does";

    private final String location;

    /** Creates the failures of one destination. */
    S3Errors(String location) {
        this.location = location;
    }

    private static Map<String, ErrorCode> namesOf(Map<ErrorCode, String> names) {
        Map<String, ErrorCode> byName = new HashMap<>();
        names.forEach((code, list) -> {
            for (String name : list.split(" ", -1)) {
                byName.put(name, code);
            }
        });
        return Map.copyOf(byName);
    }

    /** Returns the failure of an operation on one object, or on the destination as a whole. */
    BackupException failure(String operation, @Nullable String key, Throwable error) {
        if (error instanceof BackupException known) {
            return known;
        }
        return failure(codeOf(error), operation, key, reasonOf(error), error);
    }

    DestinationException failure(
            ErrorCode code, String operation, @Nullable String key, String reason, @Nullable Throwable cause) {
        String what = "Could not " + operation + (key == null ? "" : " \"" + key + "\"") + " at " + location + ": ";
        return key == null
                ? new DestinationException(code, what + reason, cause)
                : new DestinationException(code, key, what + reason, cause);
    }

    static BackupAbortedException aborted(String operation, @Nullable String key, @Nullable Throwable cause) {
        String what = key == null ? operation : operation + " \"" + key + "\"";
        String why = Thread.currentThread().isInterrupted() ? "the thread was interrupted" : "it was closed meanwhile";
        return new BackupAbortedException("Could not " + what + ": " + why, cause);
    }

    static void requireNotInterrupted(String operation, @Nullable String key) {
        if (Thread.currentThread().isInterrupted()) {
            throw aborted(operation, key, null);
        }
    }

    /** Returns the code of what the SDK threw. */
    static ErrorCode codeOf(Throwable error) {
        for (@Nullable Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof BackupException known) {
                return known.code();
            }
            if (t instanceof SdkServiceException refused) {
                return codeOf(nameOf(refused).orElse(""), refused.statusCode(), textOf(refused));
            }
        }
        return codeOfClient(error);
    }

    private static ErrorCode codeOf(String name, int status, String text) {
        if (text.contains("object lock") || text.contains("worm protected")) {
            return DESTINATION_OBJECT_LOCKED;
        }
        ErrorCode byName = BY_NAME.get(name);
        if (byName != null) {
            return byName;
        }
        return BY_STATUS.getOrDefault(status, status >= 500 ? DESTINATION_UNREACHABLE : INTERNAL);
    }

    private static ErrorCode codeOfClient(Throwable error) {
        if (isUntrusted(error)) {
            return DESTINATION_CONFIG_INVALID;
        }
        ErrorCode best = isBrokenAnswer(error) ? DESTINATION_UNREACHABLE : INTERNAL;
        for (@Nullable Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof IOException
                    || t instanceof ApiCallTimeoutException
                    || t instanceof ApiCallAttemptTimeoutException) {
                best = DESTINATION_UNREACHABLE;
            } else if (best == INTERNAL
                    && t instanceof SdkClientException
                    && textOf(t).contains("credentials")) {
                best = DESTINATION_CREDENTIALS_INVALID;
            }
        }
        return best;
    }

    /** Returns the server's name for its error, if it told one. */
    static Optional<String> nameOf(Throwable error) {
        if (!(error instanceof AwsServiceException refused)) {
            return Optional.empty();
        }
        AwsErrorDetails details = refused.awsErrorDetails();
        return Optional.ofNullable(details == null ? null : details.errorCode());
    }

    /** Returns the status of a refusal; 0 for everything else. */
    static int statusOf(Throwable error) {
        return error instanceof SdkServiceException refused ? refused.statusCode() : 0;
    }

    static String reasonOf(Throwable error) {
        if (!(error instanceof AwsServiceException refused)) {
            return rootOf(error) + (isUntrusted(error) ? UNTRUSTED : "");
        }
        String name = nameOf(error).orElse("");
        AwsErrorDetails details = refused.awsErrorDetails();
        String text = details == null || details.errorMessage() == null ? "" : " (" + details.errorMessage() + ")";
        String status = String.valueOf(refused.statusCode());
        String advice = ADVICE.getOrDefault(name, ADVICE.getOrDefault(status, ""));
        return "the server answered " + status + (name.isEmpty() || name.equals(status) ? "" : " " + name) + text
                + (advice.isEmpty() ? "" : ". " + advice);
    }

    /** The SDK's own words tell little; those of what went wrong below it tell more. */
    private static String rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && !(root instanceof IOException)) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return root.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
    }

    private static String textOf(Throwable error) {
        String message = error.getMessage();
        return message == null ? "" : message.toLowerCase(Locale.ROOT);
    }

    /** Tells whether an answer broke off or was garbled, which the SDK by itself does not take for worth another attempt. */
    static boolean isBrokenAnswer(Throwable error) {
        for (@Nullable Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof XMLStreamException
                    || (t instanceof SdkClientException && textOf(t).startsWith("unable to unmarshall response"))) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether a server could not prove who it is. */
    private static boolean isUntrusted(Throwable error) {
        for (@Nullable Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof CertificateException || t instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether an attempt failed before anything of it can have reached the server. */
    static boolean wasNeverSent(IOException error) {
        return error instanceof ConnectException
                || error instanceof UnknownHostException
                || error instanceof NoRouteToHostException
                || error.getClass().getSimpleName().startsWith("ConnectTimeout")
                || error.getClass().getSimpleName().equals("SSLHandshakeException");
    }
}

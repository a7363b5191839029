package io.holdfast.backup.destination.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The requests that the driver makes, each with what it needs and no more. All of them block, and throw what the SDK
 * throws; they run within {@link Calls}. Thread-safe.
 */
final class Bucket {
    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);
    /** The metadata by which a writer knows its own object again (D17). */
    private static final String TOKEN = "holdfast-token";

    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final String ANY = "*";

    private final S3Client client;
    private final S3Location location;
    private final ObjectOptions options;
    private final @Nullable String tagging;

    Bucket(S3Client client, S3Location location, ObjectOptions options) {
        this.client = client;
        this.location = location;
        this.options = options;
        this.tagging = options.tags().isEmpty()
                ? null
                : options.tags().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(tag -> SdkHttpUtils.urlEncode(tag.getKey()) + "=" + SdkHttpUtils.urlEncode(tag.getValue()))
                        .collect(Collectors.joining("&"));
    }

    /** Writes a whole object, on a free key only if it is said so. Returns the server's time, if it tells it. */
    Optional<Instant> put(String key, Segments bytes, String token, boolean onlyIfFree) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.inBucket(key))
                .metadata(Map.of(TOKEN, token))
                .storageClass(options.storageClass())
                .serverSideEncryption(options.encryption())
                .ssekmsKeyId(options.kmsKey())
                .tagging(tagging);
        if (onlyIfFree) {
            request.ifNoneMatch(ANY);
        }
        return timeOf(client.putObject(request.build(), bodyOf(bytes)));
    }

    /** Begins an upload of parts and returns its id. */
    String createUpload(String key, String token) {
        CreateMultipartUploadRequest request = CreateMultipartUploadRequest.builder()
                .bucket(location.bucket())
                .key(location.inBucket(key))
                .metadata(Map.of(TOKEN, token))
                .contentType(CONTENT_TYPE)
                .storageClass(options.storageClass())
                .serverSideEncryption(options.encryption())
                .ssekmsKeyId(options.kmsKey())
                .tagging(tagging)
                .build();
        return client.createMultipartUpload(request).uploadId();
    }

    CompletedPart uploadPart(String key, String uploadId, int number, Segments bytes) {
        UploadPartResponse response = client.uploadPart(
                request -> request.bucket(location.bucket())
                        .key(location.inBucket(key))
                        .uploadId(uploadId)
                        .partNumber(number),
                bodyOf(bytes));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(response.eTag())
                .checksumCRC32(response.checksumCRC32())
                .build();
    }

    /** Makes the parts an object, on a free key only if it is said so. Returns the server's time, if it tells it. */
    Optional<Instant> completeUpload(String key, String uploadId, List<CompletedPart> parts, boolean onlyIfFree) {
        CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
                .bucket(location.bucket())
                .key(location.inBucket(key))
                .uploadId(uploadId)
                .multipartUpload(all -> all.parts(parts));
        if (onlyIfFree) {
            request.ifNoneMatch(ANY);
        }
        return timeOf(client.completeMultipartUpload(request.build()));
    }

    void abortUpload(String key, String uploadId) {
        client.abortMultipartUpload(request ->
                request.bucket(location.bucket()).key(location.inBucket(key)).uploadId(uploadId));
    }

    /** Asks about an object; throws what the server says when there is none. */
    StoredObject head(String key) {
        HeadObjectResponse response =
                client.headObject(request -> request.bucket(location.bucket()).key(location.inBucket(key)));
        return new StoredObject(
                response.contentLength(),
                response.lastModified(),
                response.metadata().get(TOKEN));
    }

    /** Reads the bytes from the first to the last offset, as far as there are any. */
    ResponseInputStream<GetObjectResponse> get(String key, long first, long last) {
        return client.getObject(request ->
                request.bucket(location.bucket()).key(location.inBucket(key)).range("bytes=" + first + "-" + last));
    }

    /** Removes an object, if there is one: some servers refuse to remove what is not there. */
    void delete(String key) {
        try {
            client.deleteObject(request -> request.bucket(location.bucket()).key(location.inBucket(key)));
        } catch (NoSuchKeyException e) {
            LOG.debug("event=nothing_to_delete key={}", key);
        }
    }

    /** Returns a page of names; the first one begins after a name, the others where the page before ended. */
    ListObjectsV2Response list(String prefix, String startAfter, @Nullable String continuation) {
        return client.listObjectsV2(request -> {
            request.bucket(location.bucket()).prefix(prefix);
            if (continuation != null) {
                request.continuationToken(continuation);
            } else if (!startAfter.isEmpty()) {
                request.startAfter(startAfter);
            }
        });
    }

    /** Returns a page of the unfinished uploads whose keys begin like this. */
    ListMultipartUploadsResponse listUploads(String prefix, @Nullable String keyMarker, @Nullable String idMarker) {
        return client.listMultipartUploads(request -> request.bucket(location.bucket())
                .prefix(location.inBucket(prefix))
                .keyMarker(keyMarker)
                .uploadIdMarker(idMarker));
    }

    ListPartsResponse listParts(String key, String uploadId, @Nullable Integer marker) {
        return client.listParts(request -> request.bucket(location.bucket())
                .key(location.inBucket(key))
                .uploadId(uploadId)
                .partNumberMarker(marker));
    }

    /** Throws what the server says when there is no such bucket, or when it is not ours to look at. */
    void requireBucket() {
        client.headBucket(request -> request.bucket(location.bucket()));
    }

    List<LifecycleRule> lifecycleRules() {
        return client.getBucketLifecycleConfiguration(request -> request.bucket(location.bucket()))
                .rules();
    }

    boolean keepsOldVersions() {
        return client.getBucketVersioning(request -> request.bucket(location.bucket()))
                        .status()
                == BucketVersioningStatus.ENABLED;
    }

    /** The bytes stay where they are, also for a retry. */
    private static RequestBody bodyOf(Segments bytes) {
        return RequestBody.fromContentProvider(bytes::stream, bytes.size(), CONTENT_TYPE);
    }

    /** The answer's date is the server's time, to the second, and saves another question. */
    private static Optional<Instant> timeOf(SdkResponse response) {
        Optional<String> date = response.sdkHttpResponse().firstMatchingHeader("Date");
        try {
            return date.map(text -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

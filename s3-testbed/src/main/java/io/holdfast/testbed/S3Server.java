package io.holdfast.testbed;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A running S3 server. Closing it stops it, where it is ours. */
public interface S3Server extends AutoCloseable {
    /**
     * Returns the server that the environment names, else starts one in this JVM, in memory.
     *
     * @return the server, which the caller closes
     * @see RemoteS3Server#named
     */
    static S3Server start() throws IOException {
        Optional<S3Server> named = RemoteS3Server.named(System.getenv());
        return named.isPresent() ? named.get() : LocalS3Server.inMemory();
    }

    /** Returns its address. */
    URI endpoint();

    /** Returns the access key of a user who may do everything. */
    String accessKey();

    /** Returns that user's secret key. */
    String secretKey();

    /** Returns the region for which requests are signed. */
    String region();

    /** Returns which server this is, in a few words. */
    String description();

    /** Returns another way to it, beside the driver. */
    default S3Client client() {
        return new S3Client(this);
    }

    /**
     * Makes an empty bucket that nobody else uses.
     *
     * @return its name
     */
    default String newBucket() throws IOException {
        String bucket = "holdfast-" + UUID.randomUUID();
        client().createBucket(bucket);
        return bucket;
    }

    /**
     * Returns the properties of a destination of kind {@code s3} in a bucket here.
     *
     * @param bucket the bucket
     */
    default Map<String, String> properties(String bucket) {
        return Map.of(
                "bucket", bucket,
                "endpoint", endpoint().toString(),
                "region", region(),
                "access-key", accessKey(),
                "secret-key", secretKey());
    }

    /**
     * Returns the URI of a destination here.
     *
     * @param bucketAndPrefix such as {@code bucket/prefix}
     */
    default URI destination(String bucketAndPrefix) {
        return URI.create("s3://%s?endpoint=%s&region=%s&access-key=%s&secret-key=%s"
                .formatted(
                        bucketAndPrefix,
                        encode(endpoint().toString()),
                        region(),
                        encode(accessKey()),
                        encode(secretKey())));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    void close() throws IOException;
}

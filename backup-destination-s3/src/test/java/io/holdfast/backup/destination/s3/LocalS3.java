package io.holdfast.backup.destination.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Type;

/** A server in this JVM, with one bucket. */
final class LocalS3 implements AutoCloseable {
    static final String BUCKET = "bucket";
    static final String ACCESS_KEY = "test-access-key";
    static final String SECRET_KEY = "test-secret-key";

    private final S3Proxy server;
    private final S3Client client;

    /** The server lists the files that it is still writing, beside the object that they will be. */
    private static final Pattern UNFINISHED = Pattern.compile(".*-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private LocalS3(BlobStore store, boolean fresh) {
        server = S3Proxy.builder()
                .blobStore(withoutUnfinished(store))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        client = S3Client.builder()
                .endpointOverride(endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .httpClientBuilder(Apache5HttpClient.builder())
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .build();
        if (fresh) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
    }

    private static BlobStore withoutUnfinished(BlobStore store) {
        return new ForwardingBlobStore(store) {
            @Override
            public ListObjectsV2Response list(ListObjectsV2Request request) {
                ListObjectsV2Response page = super.list(request);
                return page.toBuilder()
                        .contents(page.contents().stream()
                                .filter(object ->
                                        !UNFINISHED.matcher(object.key()).matches())
                                .toList())
                        .build();
            }
        };
    }

    static LocalS3 inMemory() {
        return new LocalS3(new TransientNio2BlobStore(), true);
    }

    static LocalS3 onDisk(Path directory) {
        return new LocalS3(new FilesystemNio2BlobStore(directory.toString()), true);
    }

    /** A server on what another one has left. */
    static LocalS3 onWhatIsIn(Path directory) {
        return new LocalS3(new FilesystemNio2BlobStore(directory.toString()), false);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    /** Another way to the bucket, to look what the driver has done. */
    S3Client client() {
        return client;
    }

    /** The properties of a destination here, and others. */
    Map<String, String> properties(String... more) {
        Map<String, String> properties = new TreeMap<>(Map.of(
                "bucket", BUCKET,
                "endpoint", endpoint().toString(),
                "access-key", ACCESS_KEY,
                "secret-key", SECRET_KEY));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return properties;
    }

    /** Unfinished multipart uploads below a prefix. */
    List<String> unfinished(String prefix) {
        return client.listMultipartUploads(request -> request.bucket(BUCKET).prefix(prefix)).uploads().stream()
                .map(upload -> upload.key() + " " + upload.uploadId())
                .toList();
    }

    /** Objects below a prefix that their access list opens to others than their owner. */
    List<String> readableByAnybody(String prefix) {
        return client.listObjectsV2(request -> request.bucket(BUCKET).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .filter(key -> client.getObjectAcl(request -> request.bucket(BUCKET).key(key)).grants().stream()
                        .anyMatch(grant -> grant.grantee().type() == Type.GROUP))
                .toList();
    }

    @Override
    public void close() {
        client.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

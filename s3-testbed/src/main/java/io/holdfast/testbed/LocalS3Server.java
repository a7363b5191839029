package io.holdfast.testbed;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.Part;

/** s3proxy in this JVM, on a free port of 127.0.0.1. */
public final class LocalS3Server implements S3Server {
    /** s3proxy lists the files that it is still writing, beside the object that they will be. No real server does. */
    private static final Pattern UNFINISHED = Pattern.compile(".*-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** The most objects on a page of a list that the protocol allows. */
    private static final int PAGE_SIZE = 1_000;

    private static final long MIN_PART_SIZE = 5L << 20;

    private static final URI ANY_PORT = URI.create("http://127.0.0.1:0");
    private static final String ACCESS_KEY = "test-access-key";
    private static final String SECRET_KEY = "test-secret-key";

    private final S3Proxy proxy;
    private final String accessKey;
    private final String secretKey;
    private final String description;

    private LocalS3Server(BlobStore store, int pageSize, String description) throws IOException {
        this(
                S3Proxy.builder().blobStore(limited(store, pageSize)).endpoint(ANY_PORT),
                ACCESS_KEY,
                SECRET_KEY,
                description);
    }

    private LocalS3Server(S3Proxy.Builder builder, String accessKey, String secretKey, String description)
            throws IOException {
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.description = description;
        this.proxy = builder.awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IOException("s3proxy does not start: " + e, e);
        }
    }

    private static BlobStore limited(BlobStore store, int pageSize) {
        return new ForwardingBlobStore(store) {
            @Override
            public ListObjectsV2Response list(ListObjectsV2Request request) {
                int most = request.maxKeys() == null ? pageSize : Math.min(pageSize, request.maxKeys());
                ListObjectsV2Response page =
                        super.list(request.toBuilder().maxKeys(most).build());
                return page.toBuilder()
                        .contents(page.contents().stream()
                                .filter(object ->
                                        !UNFINISHED.matcher(object.key()).matches())
                                .toList())
                        .build();
            }

            /** s3proxy refuses parts of less than 5 MiB. Tests that need many of them would take long. */
            @Override
            public List<Part> listMultipartUpload(MultipartUpload upload) {
                return super.listMultipartUpload(upload).stream()
                        .map(part -> part.toBuilder()
                                .size(Math.max(part.size(), MIN_PART_SIZE))
                                .build())
                        .toList();
            }
        };
    }

    /**
     * Starts a server that keeps everything in memory.
     *
     * @return the server, which the caller closes
     */
    public static LocalS3Server inMemory() throws IOException {
        return inMemory(PAGE_SIZE);
    }

    /**
     * Starts a server like that of {@link #inMemory()} with shorter pages of lists.
     *
     * @param pageSize the most objects on a page, up to 1,000
     * @return the server, which the caller closes
     */
    public static LocalS3Server inMemory(int pageSize) throws IOException {
        return new LocalS3Server(new TransientNio2BlobStore(), pageSize, "s3proxy in this JVM, in memory");
    }

    /**
     * Starts a server that keeps everything in memory, for others than this host, too.
     *
     * @param port its port, on every address of this host
     * @param accessKey who may use it
     * @param secretKey that user's secret
     * @return the server, which the caller closes
     */
    static LocalS3Server open(int port, String accessKey, String secretKey) throws IOException {
        return new LocalS3Server(
                S3Proxy.builder()
                        .blobStore(limited(new TransientNio2BlobStore(), PAGE_SIZE))
                        .endpoint(URI.create("http://0.0.0.0:" + port)),
                accessKey,
                secretKey,
                "s3proxy in this JVM, in memory, for everybody");
    }

    /**
     * Starts a server that keeps everything in a directory, where another one may have been before.
     *
     * @param directory an existing directory
     * @return the server, which the caller closes
     */
    public static LocalS3Server onDisk(Path directory) throws IOException {
        return onDisk(directory, PAGE_SIZE);
    }

    /**
     * Starts a server like that of {@link #onDisk(Path)} with shorter pages of lists.
     *
     * @param directory an existing directory
     * @param pageSize the most objects on a page, up to 1,000
     * @return the server, which the caller closes
     */
    public static LocalS3Server onDisk(Path directory, int pageSize) throws IOException {
        return new LocalS3Server(
                new FilesystemNio2BlobStore(directory.toString()), pageSize, "s3proxy in this JVM, in " + directory);
    }

    /**
     * Starts a server like that of {@link #onDisk(Path)} that can be reached over TLS, too.
     *
     * @param directory an existing directory
     * @param certificate what it proves itself with
     * @return the server, which the caller closes
     */
    public static LocalS3Server withTls(Path directory, ServerCertificate certificate) throws IOException {
        return new LocalS3Server(
                S3Proxy.builder()
                        .blobStore(limited(new FilesystemNio2BlobStore(directory.toString()), PAGE_SIZE))
                        .endpoint(ANY_PORT)
                        .secureEndpoint(URI.create("https://127.0.0.1:0"))
                        .keyStore(certificate.keyStore().toString(), ServerCertificate.PASSWORD),
                ACCESS_KEY,
                SECRET_KEY,
                "s3proxy in this JVM, over TLS, in " + directory);
    }

    /** Returns the port of 127.0.0.1 that speaks TLS, of a server {@link #withTls}. */
    public int securePort() {
        return proxy.getSecurePort();
    }

    @Override
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    @Override
    public String accessKey() {
        return accessKey;
    }

    @Override
    public String secretKey() {
        return secretKey;
    }

    @Override
    public String region() {
        return "us-east-1";
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() throws IOException {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IOException("s3proxy does not stop: " + e, e);
        }
    }
}

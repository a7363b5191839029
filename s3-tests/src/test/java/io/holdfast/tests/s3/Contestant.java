package io.holdfast.tests.s3;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.ObjectUpload;
import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.TlsTrustManagersProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/** Something that copies files to a bucket and back, as it does by default. */
interface Contestant extends AutoCloseable {
    void upload(Path file, String key) throws IOException, InterruptedException;

    void download(String key, Path file) throws IOException, InterruptedException;

    @Override
    default void close() {}

    /** The driver. */
    static Contestant driver(Map<String, String> properties) {
        Destination destination = Destinations.open(DestinationConfig.of("s3", properties));
        return new Contestant() {
            @Override
            public void upload(Path file, String key) throws IOException {
                try (InputStream in = Files.newInputStream(file);
                        ObjectUpload upload = destination.upload(key)) {
                    copy(in, upload);
                    upload.commit();
                }
            }

            @Override
            public void download(String key, Path file) throws IOException {
                try (InputStream in = destination.open(key, 0);
                        OutputStream out = Files.newOutputStream(file)) {
                    copy(in, out);
                }
            }

            @Override
            public void close() {
                destination.close();
            }
        };
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
        }
    }

    /**
     * The SDK's own, in Java.
     *
     * @param trusted whom it trusts over TLS
     */
    static Contestant transferManager(S3Server server, String bucket, TlsTrustManagersProvider trusted) {
        S3AsyncClient client = S3AsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().tlsTrustManagersProvider(trusted))
                .endpointOverride(server.endpoint())
                .region(Region.of(server.region()))
                .forcePathStyle(true)
                .multipartEnabled(true)
                .overrideConfiguration(options -> options.addExecutionInterceptor(new WithoutObjectSize()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
                .build();
        S3TransferManager manager = S3TransferManager.builder().s3Client(client).build();
        return new Contestant() {
            @Override
            public void upload(Path file, String key) {
                manager.uploadFile(request -> request.source(file)
                                .putObjectRequest(put -> put.bucket(bucket).key(key)))
                        .completionFuture()
                        .join();
            }

            /** In one piece: s3proxy cannot read an object by the numbers of its parts. */
            @Override
            public void download(String key, Path file) {
                manager.downloadFile(request -> request.destination(file)
                                .getObjectRequest(
                                        get -> get.bucket(bucket).key(key).range("bytes=0-")))
                        .completionFuture()
                        .join();
            }

            @Override
            public void close() {
                manager.close();
                client.close();
            }
        };
    }

    /** The command line of Amazon. */
    static Contestant awsCli(S3Server server, String bucket) {
        return new Contestant() {
            @Override
            public void upload(Path file, String key) throws IOException, InterruptedException {
                run("s3", "cp", "--only-show-errors", file.toString(), "s3://" + bucket + "/" + key);
            }

            @Override
            public void download(String key, Path file) throws IOException, InterruptedException {
                run("s3", "cp", "--only-show-errors", "s3://" + bucket + "/" + key, file.toString());
            }

            private void run(String... arguments) throws IOException, InterruptedException {
                List<String> command = new ArrayList<>(
                        List.of("aws", "--endpoint-url", server.endpoint().toString()));
                command.addAll(List.of(arguments));
                ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
                builder.environment().put("AWS_ACCESS_KEY_ID", server.accessKey());
                builder.environment().put("AWS_SECRET_ACCESS_KEY", server.secretKey());
                builder.environment().put("AWS_DEFAULT_REGION", server.region());
                int code = builder.start().waitFor();
                if (code != 0) {
                    throw new IOException(command + " ended with " + code);
                }
            }
        };
    }

    /** s3proxy refuses a header that tells it the size of an object in parts. */
    final class WithoutObjectSize implements ExecutionInterceptor {
        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().toBuilder()
                    .removeHeader("x-amz-mp-object-size")
                    .build();
        }
    }
}

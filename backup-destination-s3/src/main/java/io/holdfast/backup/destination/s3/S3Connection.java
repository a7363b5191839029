package io.holdfast.backup.destination.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The client of one destination and all that it runs on. Opening it reaches for nobody. Thread-safe. */
final class S3Connection implements AutoCloseable {
    private final S3Client client;
    private final SdkHttpClient http;
    private final AwsCredentialsProvider credentials;
    private final ScheduledThreadPoolExecutor timer;
    private final Calls calls;

    private S3Connection(
            S3Client client,
            SdkHttpClient http,
            AwsCredentialsProvider credentials,
            ScheduledThreadPoolExecutor timer,
            Calls calls) {
        this.client = client;
        this.http = http;
        this.credentials = credentials;
        this.timer = timer;
        this.calls = calls;
    }

    static S3Connection open(S3Settings settings) {
        Network network = settings.network();
        ScheduledThreadPoolExecutor timer = timer();
        SdkHttpClient http = new WatchedHttpClient(httpClient(network), network.timeout(), timer);
        AwsCredentialsProvider credentials = settings.credentials().provider();
        S3Client client = client(settings, http, credentials, timer);
        return new S3Connection(client, http, credentials, timer, new Calls(network.connections()));
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "holdfast-s3-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(1, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    private static SdkHttpClient httpClient(Network network) {
        Apache5HttpClient.Builder builder = Apache5HttpClient.builder()
                .maxConnections(network.connections())
                .connectionTimeout(network.connectTimeout())
                .connectionAcquisitionTimeout(network.callTimeout())
                .socketTimeout(network.timeout())
                // Some servers close the connection instead of an answer; what it saves is one part for a refusal.
                .expectContinueEnabled(false)
                .tcpKeepAlive(true);
        Path caFile = network.caFile();
        if (caFile != null) {
            builder.tlsTrustManagersProvider(() -> trusted(caFile));
        }
        URI proxy = network.proxy();
        if (proxy != null) {
            builder.proxyConfiguration(proxy(proxy, network.proxyUser(), network.proxyPassword()));
        }
        return builder.build();
    }

    private static TrustManager[] trusted(Path caFile) {
        try {
            return CaFile.trustManagers(caFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProxyConfiguration proxy(URI uri, @Nullable String user, @Nullable String password) {
        ProxyConfiguration.Builder builder = ProxyConfiguration.builder()
                .endpoint(uri)
                .useSystemPropertyValues(false)
                .useEnvironmentVariableValues(false);
        if (user != null) {
            builder.username(user).password(password == null ? "" : password);
        }
        return builder.build();
    }

    private static S3Client client(
            S3Settings settings,
            SdkHttpClient http,
            AwsCredentialsProvider credentials,
            ScheduledThreadPoolExecutor timer) {
        Network network = settings.network();
        boolean wherever = network.checksums() == Network.Checksums.SUPPORTED;
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .region(Region.of(settings.location().region()))
                .forcePathStyle(settings.location().pathStyle())
                .serviceConfiguration(
                        options -> options.expectContinueEnabled(false).chunkedEncodingEnabled(wherever))
                .requestChecksumCalculation(
                        wherever ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED)
                // Ranges have no checksums.
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(options -> options.apiCallTimeout(network.callTimeout())
                        .scheduledExecutorService(timer)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(network.attempts())
                                // It would refuse attempts to one request because others have failed. What bounds
                                // them here: their number, their pauses, the time of a call and the connections.
                                .circuitBreakerEnabled(false)
                                .retryOnException(S3Errors::isBrokenAnswer)
                                .build()));
        URI endpoint = settings.location().endpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    S3Client client() {
        return client;
    }

    Calls calls() {
        return calls;
    }

    @Override
    public void close() {
        calls.close();
        client.close();
        http.close();
        timer.shutdownNow();
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}

package io.holdfast.backup.destination.s3;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/** Makes each attempt of a request end when no byte moves for too long, and when its {@link Call} is cancelled. */
final class WatchedHttpClient implements SdkHttpClient {
    private final SdkHttpClient http;
    private final Duration patience;
    private final ScheduledExecutorService timer;

    /**
     * Takes the client over.
     *
     * @param http makes the connections
     * @param patience how long no byte may move
     * @param timer looks after the attempts
     */
    WatchedHttpClient(SdkHttpClient http, Duration patience, ScheduledExecutorService timer) {
        this.http = http;
        this.patience = patience;
        this.timer = timer;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        Progress progress = new Progress();
        HttpExecuteRequest.Builder watched = HttpExecuteRequest.builder().request(request.httpRequest());
        request.contentStreamProvider()
                .ifPresent(body -> watched.contentStreamProvider(() -> progress.of(body.newStream())));
        return new Exchange(http.prepareRequest(watched.build()), CallThread.current(), progress, patience, timer);
    }

    @Override
    public String clientName() {
        return http.clientName();
    }

    @Override
    public void close() {
        http.close();
    }
}

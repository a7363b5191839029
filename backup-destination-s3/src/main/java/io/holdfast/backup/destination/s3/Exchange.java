package io.holdfast.backup.destination.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;

/** One attempt of a request: from its first byte to the end of the answer's body. */
final class Exchange implements ExecutableHttpRequest {
    private final ExecutableHttpRequest request;
    private final Call<?> call;
    private final Progress progress;
    private final Duration patience;
    private final ScheduledExecutorService timer;

    /** Guarded by this. */
    private @Nullable Future<?> watch;

    private boolean ended;
    private volatile boolean stalled;

    Exchange(
            ExecutableHttpRequest request,
            Call<?> call,
            Progress progress,
            Duration patience,
            ScheduledExecutorService timer) {
        this.request = request;
        this.call = call;
        this.progress = progress;
        this.patience = patience;
        this.timer = timer;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
        call.exchangeBegins(this);
        progress.moved();
        watchFor(patience.toNanos());
        HttpExecuteResponse response;
        try {
            response = request.call();
        } catch (IOException e) {
            end(S3Errors.wasNeverSent(e) ? Call.Ending.REFUSED : Call.Ending.UNKNOWN);
            throw explained(e);
        } catch (RuntimeException e) {
            end(Call.Ending.UNKNOWN);
            throw e;
        }
        progress.moved();
        Call.Ending ending = endingOf(response.httpResponse().statusCode());
        if (response.responseBody().isEmpty()) {
            end(ending);
            return response;
        }
        AbortableInputStream body = response.responseBody().get();
        return HttpExecuteResponse.builder()
                .response(response.httpResponse())
                .responseBody(AbortableInputStream.create(new Body(progress.of(body), ending), () -> {
                    end(Call.Ending.UNKNOWN);
                    body.abort();
                }))
                .build();
    }

    /** A gateway's word, or that of a server in trouble, does not say what became of the request. */
    private static Call.Ending endingOf(int status) {
        if (status == 500 || status == 502 || status == 504) {
            return Call.Ending.UNKNOWN;
        }
        return status < 300 ? Call.Ending.ACCEPTED : Call.Ending.REFUSED;
    }

    @Override
    public void abort() {
        request.abort();
    }

    private synchronized void watchFor(long nanos) {
        if (ended) {
            return;
        }
        try {
            watch = timer.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The destination is being closed, which cancels the call.
            watch = null;
        }
    }

    private void look() {
        long left = patience.toNanos() - progress.idleNanos();
        if (left > 0) {
            watchFor(left);
            return;
        }
        synchronized (this) {
            if (ended) {
                return;
            }
            stalled = true;
        }
        abort();
    }

    private synchronized void end(Call.Ending ending) {
        if (ended) {
            return;
        }
        ended = true;
        if (watch != null) {
            watch.cancel(false);
        }
        call.exchangeEnds(ending);
    }

    private IOException explained(IOException error) {
        if (!stalled) {
            return error;
        }
        IOException explained = new SocketTimeoutException("No byte moved for " + patience);
        explained.initCause(error);
        return explained;
    }

    private final class Body extends FilterInputStream {
        private Call.Ending ending;

        Body(InputStream body, Call.Ending ending) {
            super(body);
            this.ending = ending;
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                ending = Call.Ending.UNKNOWN;
                throw explained(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                ending = Call.Ending.UNKNOWN;
                throw explained(e);
            }
        }

        @Override
        public void close() throws IOException {
            end(ending);
            super.close();
        }
    }
}

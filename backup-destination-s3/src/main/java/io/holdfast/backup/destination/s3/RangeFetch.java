package io.holdfast.backup.destination.s3;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Fetches one range of an object into memory. A body that breaks, stalls or ends early is resumed at the byte where it did,
 * as long as attempts and time are left; an attempt that brought a byte does not count. Runs within {@link Calls}.
 */
final class RangeFetch implements Callable<RangeFetch.Range> {
    /**
     * What was fetched.
     *
     * @param version the object's version
     * @param bytes the bytes, as many as were asked for and there are
     */
    record Range(Version version, Segments bytes) {}

    private static final Logger LOG = LoggerFactory.getLogger(RangeFetch.class);

    private final Bucket bucket;
    private final S3Errors errors;
    private final String key;
    private final long first;
    private final long length;
    private final int attempts;
    private final Duration limit;
    private final Segments bytes;

    private @Nullable Version version;
    /** Since the last new byte. */
    private int failures;

    /**
     * Creates it.
     *
     * @param first the offset of the first byte
     * @param length how many bytes at most, 1 or more
     * @param pinned the version that it must be, or null to take what is there
     */
    RangeFetch(
            Bucket bucket,
            S3Errors errors,
            Network network,
            SegmentPool pool,
            String key,
            long first,
            long length,
            @Nullable Version pinned) {
        this.bucket = bucket;
        this.errors = errors;
        this.key = key;
        this.first = first;
        this.length = length;
        this.attempts = network.attempts();
        this.limit = network.callTimeout();
        this.bytes = new Segments(pool);
        this.version = pinned;
    }

    @Override
    public Range call() throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            long before = bytes.size();
            try {
                return fetch();
            } catch (IOException e) {
                failures = bytes.size() > before ? 0 : failures;
                requireAnotherAttempt(deadline, e);
            }
        }
    }

    private void requireAnotherAttempt(long deadline, IOException error) throws IOException {
        failures++;
        if (failures >= attempts
                || System.nanoTime() - deadline > 0
                || Thread.currentThread().isInterrupted()) {
            throw error;
        }
        if (failures > 1) {
            Backoff.pause(failures);
        }
    }

    private Range fetch() throws IOException {
        long from = first + bytes.size();
        ResponseInputStream<GetObjectResponse> body = bucket.get(key, from, first + length - 1);
        boolean atEnd = false;
        try {
            Version found = pin(body.response(), from);
            long end = Math.min(first + length, found.size());
            while (first + bytes.size() < end) {
                if (bytes.appendFrom(body, end - first - bytes.size()) < 0) {
                    throw new EOFException("The body ended " + (end - first - bytes.size()) + " bytes early");
                }
            }
            // A server that ignores ranges sends all there is, and more than is wanted.
            atEnd = body.response().contentRange() != null || end == found.size();
            return new Range(found, bytes);
        } finally {
            end(body, atEnd);
        }
    }

    private static void end(ResponseInputStream<GetObjectResponse> body, boolean atEnd) {
        try {
            if (atEnd) {
                body.close();
                return;
            }
        } catch (IOException e) {
            // All bytes are here. What broke is only the connection, which is given up.
            LOG.debug("event=connection_broken reason=\"{}\"", e.toString());
        }
        body.abort();
    }

    private Version pin(GetObjectResponse response, long from) {
        Version found = Version.of(response)
                .filter(told -> Version.firstOffset(response) == from)
                .orElseThrow(() -> errors.failure(
                        ErrorCode.INTERNAL,
                        "read",
                        key,
                        "expected the server to answer with the bytes from " + from + " on, found "
                                + response.contentRange(),
                        null));
        if (version == null) {
            version = found;
        } else if (!version.isSame(found)) {
            throw new DestinationException(
                    ErrorCode.INTEGRITY_MISMATCH,
                    key,
                    "Expected the object \"" + key + "\" to stay what it was when it was opened (" + version
                            + "), found another one in its place (" + found + ")",
                    null);
        }
        return found;
    }
}

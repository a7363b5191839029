package io.holdfast.testbed.chaos;

import java.time.Duration;

/**
 * What a connection is like. Immutable.
 *
 * @param latency how long each request is under way
 * @param bytesPerSecond how fast bytes pass in either direction
 * @param sentLimit after how many bytes from the client the connection is reset
 * @param receivedLimit after how many bytes to the client the connection is reset
 */
public record Weather(Duration latency, long bytesPerSecond, long sentLimit, long receivedLimit) {
    /** All is well. */
    public static final Weather CLEAR = new Weather(Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    /** Returns a connection that is reset after so many bytes in either direction. */
    public static Weather cutAfter(long bytes) {
        return new Weather(Duration.ZERO, Long.MAX_VALUE, bytes, bytes);
    }

    /** Returns a slow and far connection. */
    public static Weather slow(Duration latency, long bytesPerSecond) {
        return new Weather(latency, bytesPerSecond, Long.MAX_VALUE, Long.MAX_VALUE);
    }
}

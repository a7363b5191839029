package io.holdfast.backup.destination.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the server is reached.
 *
 * @param connections the most connections, and threads, at once
 * @param connectTimeout how long a connection may take to be made
 * @param timeout how long a request may take without a byte moving in either direction
 * @param callTimeout how long a request may take with all its attempts
 * @param attempts how often a request is tried in all
 * @param checksums what is sent and expected besides the bytes
 * @param caFile the certificates that are trusted instead of the JVM's, or null
 * @param proxy the proxy, or null for what the JVM's properties say
 * @param proxyUser who to be at the proxy, or null
 * @param proxyPassword the password at the proxy, or null
 */
record Network(
        int connections,
        Duration connectTimeout,
        Duration timeout,
        Duration callTimeout,
        int attempts,
        Checksums checksums,
        @Nullable Path caFile,
        @Nullable URI proxy,
        @Nullable String proxyUser,
        @Nullable String proxyPassword) {
    /** What is sent and expected besides the bytes. */
    enum Checksums {
        /** Checksums wherever the protocol has them. */
        SUPPORTED,
        /** Only where the protocol demands them, for servers that know no more. */
        REQUIRED
    }

    @Override
    public String toString() {
        return "Network[" + connections + " connections]";
    }
}

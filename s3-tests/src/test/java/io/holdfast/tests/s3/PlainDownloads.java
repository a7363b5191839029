package io.holdfast.tests.s3;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import io.holdfast.testbed.S3Client;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The S3 driver, but each object is read over one connection, and nothing is resumed, as the simplest driver would do it. */
final class PlainDownloads implements Destination {
    private final Destination driver;
    private final S3Client client;
    private final String bucket;

    PlainDownloads(Destination driver, S3Client client, String bucket) {
        this.driver = driver;
        this.client = client;
        this.bucket = bucket;
    }

    @Override
    public InputStream open(String key, long offset) {
        try {
            return new Body(key, client.open(bucket, key, offset));
        } catch (IOException e) {
            throw broken(key, e);
        }
    }

    private static DestinationException broken(String key, IOException cause) {
        return new DestinationException(ErrorCode.DESTINATION_UNREACHABLE, key, "Broken: " + cause, cause);
    }

    private static final class Body extends FilterInputStream {
        private final String key;

        Body(String key, InputStream body) {
            super(body);
            this.key = key;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw broken(key, e);
            }
        }
    }

    @Override
    public DestinationInfo info() {
        return driver.info();
    }

    @Override
    public ObjectUpload upload(String key) {
        return driver.upload(key);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        return driver.stat(key);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        return driver.list(prefix, startAfter);
    }

    @Override
    public void delete(String key) {
        driver.delete(key);
    }

    @Override
    public int discardAbandoned(Instant idleSince) {
        return driver.discardAbandoned(idleSince);
    }

    @Override
    public List<Finding> check() {
        return driver.check();
    }

    @Override
    public void close() {
        driver.close();
    }
}

package io.holdfast.backup.destination.s3;

import io.holdfast.backup.Clock;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectKey;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** A destination in a bucket: one object for each object, under its key after the prefix. */
final class S3Destination implements Destination {
    private static final int NOT_FOUND = 404;

    /** How long a close waits for the server to forget unfinished uploads. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final S3Settings settings;
    private final S3Connection connection;
    private final Calls calls;
    private final S3Errors errors;
    private final Bucket bucket;
    private final OpenHandles handles = new OpenHandles();
    private final UploadContext uploads;
    private final S3Reads reads;
    private final DestinationInfo info;

    /** Whether the server has answered for the bucket: without a body, an answer does not tell which of them is missing. */
    private volatile boolean bucketSeen;

    S3Destination(S3Settings settings) {
        this.settings = settings;
        S3Location location = settings.location();
        this.connection = S3Connection.open(settings);
        this.calls = connection.calls();
        this.errors = new S3Errors(location.canonical());
        this.bucket = new Bucket(connection.client(), location, settings.objects());
        Commits commits = new Commits(bucket, calls, errors, settings.exclusive());
        this.uploads = new UploadContext(location, bucket, calls, errors, settings.plan(), commits, handles);
        this.reads = new S3Reads(bucket, calls, errors, settings.plan(), settings.network(), handles);
        this.info =
                new DestinationInfo(location.canonical(), settings.exclusive().capabilities());
    }

    @Override
    public DestinationInfo info() {
        handles.requireOpen();
        return info;
    }

    @Override
    public ObjectUpload upload(String key) {
        begin("upload", ObjectKey.requireValid(key));
        S3Upload upload = new S3Upload(uploads, key);
        handles.add(upload);
        return upload;
    }

    @Override
    public InputStream open(String key, long offset) {
        begin("open", ObjectKey.requireValid(key));
        if (offset < 0) {
            throw new IllegalArgumentException("Expected an offset of 0 or more, found " + offset);
        }
        return reads.open(key, offset);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        begin("stat", ObjectKey.requireValid(key));
        return ask("stat", key, () -> find(key)).map(found -> new ObjectInfo(key, found.size(), found.lastModified()));
    }

    private Optional<StoredObject> find(String key) {
        try {
            StoredObject found = bucket.head(key);
            bucketSeen = true;
            return Optional.of(found);
        } catch (SdkException e) {
            if (S3Errors.statusOf(e) != NOT_FOUND) {
                throw e;
            }
            if (!bucketSeen) {
                bucket.requireBucket();
                bucketSeen = true;
            }
            return Optional.empty();
        }
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        ObjectKey.requireValidPrefix(prefix);
        ObjectKey.requireValidPrefix(startAfter);
        begin("list", null);
        return StreamSupport.stream(
                new S3Listing(bucket, calls, errors, settings.location(), handles, prefix, startAfter), false);
    }

    @Override
    public void delete(String key) {
        begin("delete", ObjectKey.requireValid(key));
        ask("delete", key, () -> {
            bucket.delete(key);
            return true;
        });
    }

    @Override
    public int discardAbandoned(Instant idleSince) {
        begin("discard abandoned uploads", null);
        return ask(
                "discard abandoned uploads",
                null,
                () -> new AbandonedUploads(bucket, settings.location(), idleSince).discard());
    }

    @Override
    public List<Finding> check() {
        begin("check", null);
        return new S3Check(this, settings, bucket, calls, errors, Clock.system()).run();
    }

    private <T> T ask(String operation, @Nullable String key, Callable<T> question) {
        try {
            return calls.run(operation, key, question);
        } catch (SdkException e) {
            throw errors.failure(operation, key, e);
        }
    }

    private void begin(String operation, @Nullable String key) {
        handles.requireOpen();
        S3Errors.requireNotInterrupted(operation, key);
    }

    @Override
    public void close() {
        handles.closeAll(System.nanoTime() + CLOSE_NANOS);
        connection.close();
    }
}

package io.holdfast.backup.destination.s3;

import io.holdfast.backup.ErrorCode;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Opens objects for reading. Thread-safe. */
final class S3Reads {
    /** Fetched with the first request, which is the only one for small objects. */
    private static final long FIRST_RANGE = 1 << 20;

    /** No object is larger, and some servers cannot count so far. */
    private static final long BEYOND_ALL = 1L << 50;

    private static final int NOT_FOUND = 404;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final Bucket bucket;
    private final Calls calls;
    private final S3Errors errors;
    private final PartPlan plan;
    private final Network network;
    private final OpenHandles handles;

    S3Reads(Bucket bucket, Calls calls, S3Errors errors, PartPlan plan, Network network, OpenHandles handles) {
        this.bucket = bucket;
        this.calls = calls;
        this.errors = errors;
        this.plan = plan;
        this.network = network;
        this.handles = handles;
    }

    InputStream open(String key, long offset) {
        if (offset > BEYOND_ALL) {
            return atOrPastEnd(key, offset);
        }
        SegmentPool pool = new SegmentPool();
        RangeFetch.Range begin;
        try {
            begin = calls.run("open", key, fetch(pool, key, offset, Math.min(FIRST_RANGE, plan.rangeSize()), null));
        } catch (RuntimeException e) {
            if (S3Errors.statusOf(e) == RANGE_NOT_SATISFIABLE) {
                return atOrPastEnd(key, offset);
            }
            throw failure(key, e);
        }
        if (offset > begin.version().size()) {
            throw pastEnd(key, offset, begin.version().size());
        }
        S3Read read = new S3Read(this, pool, key, offset, begin);
        handles.add(read);
        return read;
    }

    RangeFetch fetch(SegmentPool pool, String key, long first, long length, @Nullable Version pinned) {
        return new RangeFetch(bucket, errors, network, pool, key, first, length, pinned);
    }

    /** The server has nothing to give from there on: the object ends there, or before. */
    private InputStream atOrPastEnd(String key, long offset) {
        long size;
        try {
            size = calls.run("open", key, () -> bucket.head(key)).size();
        } catch (SdkException e) {
            throw failure(key, e);
        }
        if (offset == size) {
            return InputStream.nullInputStream();
        }
        if (offset > size) {
            throw pastEnd(key, offset, size);
        }
        throw errors.failure(
                ErrorCode.INTERNAL, "open", key, "the server refuses to read from " + offset + " of " + size, null);
    }

    private static IllegalArgumentException pastEnd(String key, long offset, long size) {
        return new IllegalArgumentException(
                "Expected an offset of 0 to " + size + " in \"" + key + "\", found " + offset);
    }

    private RuntimeException failure(String key, RuntimeException error) {
        boolean bucketIsThere =
                S3Errors.nameOf(error).filter("NoSuchBucket"::equals).isEmpty();
        if (S3Errors.statusOf(error) == NOT_FOUND && bucketIsThere) {
            return errors.failure(ErrorCode.DESTINATION_OBJECT_MISSING, "open", key, "no object has this key", error);
        }
        return error instanceof IllegalStateException ? error : errors.failure("open", key, error);
    }

    Calls calls() {
        return calls;
    }

    S3Errors errors() {
        return errors;
    }

    PartPlan plan() {
        return plan;
    }

    OpenHandles handles() {
        return handles;
    }
}

package io.holdfast.backup.destination.s3;

import io.holdfast.backup.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Finds out whether the server really refuses a second commit on one key, once for each form, before the first commit that
 * relies on it. Some servers ignore the condition in silence. Thread-safe.
 */
final class ExclusiveProbe {
    /** Below it, core removes what a probe that was killed has left. */
    private static final String FOLDER = "probe/";

    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;

    private final Bucket bucket;
    private final S3Errors errors;

    /** Held while a probe runs, so that there is one. */
    private final ReentrantLock probing = new ReentrantLock();

    private volatile boolean putHolds;
    private volatile boolean multipartHolds;

    ExclusiveProbe(Bucket bucket, S3Errors errors) {
        this.bucket = bucket;
        this.errors = errors;
    }

    static String newKey() {
        return FOLDER + UUID.randomUUID();
    }

    boolean isPutKnownToHold() {
        return putHolds;
    }

    boolean isMultipartKnownToHold() {
        return multipartHolds;
    }

    /** Fails unless a PUT on a taken key is refused. Blocks; runs within {@link Calls}. */
    void requirePut() throws InterruptedException {
        probing.lockInterruptibly();
        try {
            if (!putHolds) {
                putHolds = require(refusesPut(), "PUT", ExclusiveCommit.NONE);
            }
        } finally {
            probing.unlock();
        }
    }

    /** Fails unless the completion of an upload on a taken key is refused. Blocks; runs within {@link Calls}. */
    void requireMultipart() throws InterruptedException {
        probing.lockInterruptibly();
        try {
            if (!multipartHolds) {
                multipartHolds = require(refusesMultipart(), "CompleteMultipartUpload", ExclusiveCommit.SMALL);
            }
        } finally {
            probing.unlock();
        }
    }

    private boolean require(boolean held, String form, ExclusiveCommit instead) {
        if (held) {
            return true;
        }
        throw errors.failure(
                ErrorCode.DESTINATION_CONFIG_INVALID,
                "rely on exclusive commits",
                null,
                "expected the server to refuse a second " + form
                        + " on one key with If-None-Match, found it succeed; say exclusive-commit="
                        + instead.name().toLowerCase(java.util.Locale.ROOT),
                null);
    }

    /** Tells whether a second PUT is refused. */
    boolean refusesPut() {
        String key = newKey();
        create(key);
        try {
            return isRefused(() -> bucket.put(key, bytes(), "probe", true));
        } finally {
            bucket.delete(key);
        }
    }

    /** Tells whether the completion of an upload on a taken key is refused. */
    boolean refusesMultipart() {
        String key = newKey();
        create(key);
        try {
            String uploadId = bucket.createUpload(key, "probe");
            boolean refused = false;
            try {
                CompletedPart part = bucket.uploadPart(key, uploadId, 1, bytes());
                refused = isRefused(() -> bucket.completeUpload(key, uploadId, List.of(part), true));
                return refused;
            } finally {
                abort(key, uploadId, refused);
            }
        } finally {
            bucket.delete(key);
        }
    }

    /** A refusal tells that the object is there by an attempt whose answer was lost: nobody else has this key. */
    private void create(String key) {
        isRefused(() -> bucket.put(key, bytes(), "probe", true));
    }

    /** What was completed in spite of everything cannot be aborted, and need not be. */
    private void abort(String key, String uploadId, boolean refused) {
        try {
            bucket.abortUpload(key, uploadId);
        } catch (SdkException e) {
            if (refused && S3Errors.statusOf(e) != 404) {
                throw e;
            }
        }
    }

    private static boolean isRefused(Runnable commit) {
        try {
            commit.run();
            return false;
        } catch (SdkException e) {
            int status = S3Errors.statusOf(e);
            if (status == PRECONDITION_FAILED || status == CONFLICT) {
                return true;
            }
            throw e;
        }
    }

    private static Segments bytes() {
        Segments bytes = new Segments(new SegmentPool());
        byte[] text = "holdfast probe".getBytes(StandardCharsets.US_ASCII);
        bytes.append(text, 0, text.length);
        return bytes;
    }
}

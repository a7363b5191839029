package io.holdfast.backup.destination.s3;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** An upload of parts that the server knows of, until it is completed or aborted. Thread-safe. */
final class PartialUpload {
    private static final Logger LOG = LoggerFactory.getLogger(PartialUpload.class);

    /** How long a close waits for the server; what it cannot remove in this time is left to a sweep. */
    private static final long ABORT_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final UploadContext context;
    private final String key;
    private final String uploadId;
    private final PartSender sender;

    /** All below is guarded by this. */
    private @Nullable Call<Boolean> aborting;

    private boolean gone;

    PartialUpload(UploadContext context, String key, String uploadId) {
        this.context = context;
        this.key = key;
        this.uploadId = uploadId;
        this.sender = new PartSender(context.bucket(), context.calls(), context.errors(), key, uploadId);
        OwnUploads.add(context.location(), uploadId);
    }

    String uploadId() {
        return uploadId;
    }

    PartSender sender() {
        return sender;
    }

    void completed() {
        forget();
    }

    private synchronized void forget() {
        gone = true;
        OwnUploads.remove(context.location(), uploadId);
    }

    /** Begins to remove it from the server, if nobody has done so. */
    void beginAbort() {
        sender.cancel();
        startAbort();
    }

    private synchronized @Nullable Call<Boolean> startAbort() {
        // Dead from now on: if the server cannot be told now, a sweep may.
        OwnUploads.remove(context.location(), uploadId);
        if (!gone && aborting == null) {
            aborting = context.calls().start(this::abortAtServer);
        }
        return aborting;
    }

    private boolean abortAtServer() throws InterruptedException {
        sender.awaitCancelled();
        try {
            context.bucket().abortUpload(key, uploadId);
        } catch (SdkException e) {
            if (S3Errors.statusOf(e) != 404) {
                throw e;
            }
        }
        forget();
        return true;
    }

    /** Removes it from the server. Tries once more what has failed before. */
    void abort() {
        long deadline = System.nanoTime() + ABORT_NANOS;
        Throwable failure = await(deadline);
        if (failure != null) {
            failure = abortAgain(failure, deadline);
        }
        if (failure != null) {
            throw new DestinationException(
                    S3Errors.codeOf(failure) == ErrorCode.INTERNAL
                            ? ErrorCode.DESTINATION_UNREACHABLE
                            : S3Errors.codeOf(failure),
                    key,
                    "Could not remove what is left of \"" + key + "\" at "
                            + context.location().canonical()
                            + "; its parts stay until abandoned uploads are discarded",
                    failure);
        }
    }

    private @Nullable Throwable abortAgain(Throwable earlier, long deadline) {
        synchronized (this) {
            aborting = null;
        }
        try {
            beginAbort();
        } catch (IllegalStateException e) {
            // The destination was closed meanwhile, and with it the road to the server.
            return earlier;
        }
        return await(deadline);
    }

    /** Waits for what {@link #beginAbort} began, up to a time of {@link System#nanoTime}. */
    void awaitAbort(long deadline) {
        Throwable failure = await(deadline);
        if (failure != null) {
            LOG.warn(
                    "The parts of \"{}\" stay behind at {} until abandoned uploads are discarded: {}",
                    key,
                    context.location().canonical(),
                    failure.toString());
        }
    }

    private @Nullable Throwable await(long deadline) {
        Call<Boolean> call;
        synchronized (this) {
            if (gone) {
                return null;
            }
            call = aborting;
        }
        if (call == null) {
            return null;
        }
        boolean interrupted = Thread.interrupted();
        try {
            call.get(Math.max(0, deadline - System.nanoTime()));
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException | CancellationException e) {
            call.cancel();
            return e;
        } catch (InterruptedException e) {
            interrupted = true;
            return e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

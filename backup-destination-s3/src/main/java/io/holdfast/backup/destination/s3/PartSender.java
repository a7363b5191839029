package io.holdfast.backup.destination.s3;

import io.holdfast.backup.BackupAbortedException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Sends the parts of one upload side by side. One thread sends and waits; any may cancel. */
final class PartSender {
    /** How long a cancelled part may take to leave the wire: one that arrives after the abort would stay behind. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Bucket bucket;
    private final Calls calls;
    private final S3Errors errors;
    private final String key;
    private final String uploadId;

    /** All below is guarded by this. */
    private final Map<Integer, Call<?>> inFlight = new TreeMap<>();

    private final SortedMap<Integer, CompletedPart> sent = new TreeMap<>();
    private int started;
    private @Nullable Throwable failure;
    private boolean cancelled;

    PartSender(Bucket bucket, Calls calls, S3Errors errors, String key, String uploadId) {
        this.bucket = bucket;
        this.calls = calls;
        this.errors = errors;
        this.key = key;
        this.uploadId = uploadId;
    }

    synchronized int started() {
        return started;
    }

    /** Takes a part over and starts to send it. */
    synchronized void send(Segments bytes) {
        requireUnbroken();
        int number = ++started;
        inFlight.put(number, calls.start(() -> upload(number, bytes)));
    }

    private boolean upload(int number, Segments bytes) {
        try {
            CompletedPart part = bucket.uploadPart(key, uploadId, number, bytes);
            bytes.release();
            done(number, part);
            return true;
        } catch (RuntimeException | Error e) {
            broken(number, e);
            throw e;
        }
    }

    private synchronized void done(int number, CompletedPart part) {
        inFlight.remove(number);
        sent.put(number, part);
        notifyAll();
    }

    private synchronized void broken(int number, Throwable error) {
        inFlight.remove(number);
        if (failure == null && !cancelled) {
            failure = error;
        }
        notifyAll();
    }

    /** Waits until no more than so many parts are in flight; fails as soon as one part has failed. */
    synchronized void awaitAtMost(int count) {
        try {
            while (inFlight.size() > count) {
                requireUnbroken();
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw S3Errors.aborted("write", key, e);
        }
        requireUnbroken();
    }

    /** Waits for all parts and returns them in order. */
    synchronized List<CompletedPart> awaitAll() {
        awaitAtMost(0);
        return List.copyOf(sent.values());
    }

    private void requireUnbroken() {
        if (cancelled) {
            throw new BackupAbortedException("Could not write \"" + key + "\": it was closed meanwhile");
        }
        if (failure != null) {
            throw errors.failure("write", key, failure);
        }
    }

    /** Ends all parts in flight. */
    void cancel() {
        for (Call<?> call : cancelAll()) {
            call.cancel();
        }
    }

    private synchronized Collection<Call<?>> cancelAll() {
        cancelled = true;
        notifyAll();
        return List.copyOf(inFlight.values());
    }

    /** Waits, not for ever, until nothing of this upload is on the wire any more. */
    void awaitCancelled() throws InterruptedException {
        long deadline = System.nanoTime() + END_NANOS;
        for (Call<?> call : cancelAll()) {
            call.awaitEnd(Math.max(0, deadline - System.nanoTime()));
        }
    }
}

package io.holdfast.backup.destination.s3;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An object on its way into the bucket: with one request if it fits into the first part, else in parts.
 *
 * <p>A close that meets a commit ends it: if its request was on the way, nobody can know what became of it.
 */
final class S3Upload extends ObjectUpload implements OpenHandles.Handle {
    private enum State {
        OPEN,
        COMMITTED,
        ENDED
    }

    private final UploadContext context;
    private final String key;
    private final String token = UUID.randomUUID().toString();
    private final SegmentPool pool = new SegmentPool();

    /** Of the writing thread alone. */
    private Segments part = new Segments(pool);

    private long partLimit;
    private long sent;
    private boolean committing;
    private @Nullable BackupException failure;

    /** All below is guarded by this. */
    private State state = State.OPEN;

    private @Nullable Call<?> current;
    private @Nullable PartialUpload partial;

    S3Upload(UploadContext context, String key) {
        this.context = context;
        this.key = key;
        this.partLimit = context.plan().sizeAt(0);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireUsable("write");
        int from = offset;
        int left = length;
        while (left > 0) {
            if (part.size() == partLimit) {
                sendPart();
            }
            int count = (int) Math.min(left, partLimit - part.size());
            part.append(bytes, from, count);
            from += count;
            left -= count;
        }
    }

    private void sendPart() {
        try {
            PartSender sender = begun().sender();
            send(sender);
            partLimit = context.plan().sizeAt(sent);
            sender.awaitAtMost(context.plan().heldOf(partLimit) - 1);
            part = new Segments(pool);
        } catch (RuntimeException e) {
            throw fail("write", e);
        }
    }

    private void send(PartSender sender) {
        if (sender.started() == context.plan().maxParts()) {
            throw context.errors()
                    .failure(
                            ErrorCode.DESTINATION_CONFIG_INVALID,
                            "write",
                            key,
                            "expected at most " + sent + " bytes in " + sender.started()
                                    + " parts, found more; give the destination more memory",
                            null);
        }
        sent += part.size();
        sender.send(part);
    }

    /** Returns the upload of parts, begun at the first of them. */
    private PartialUpload begun() {
        synchronized (this) {
            if (partial != null) {
                return partial;
            }
        }
        Call<String> call = context.calls().start(() -> context.bucket().createUpload(key, token));
        track(call);
        PartialUpload begun = new PartialUpload(context, key, context.calls().await("write", key, call));
        boolean wanted;
        synchronized (this) {
            partial = begun;
            wanted = state == State.OPEN;
        }
        if (!wanted) {
            begun.beginAbort();
            throw S3Errors.aborted("write", key, null);
        }
        return begun;
    }

    @Override
    public ObjectInfo commit() {
        requireUsable("commit");
        committing = true;
        ObjectInfo info;
        try {
            info = publish();
        } catch (RuntimeException e) {
            throw fail("commit", e);
        }
        PartialUpload completed;
        synchronized (this) {
            // A close in this very moment came too late.
            state = State.COMMITTED;
            completed = partial;
        }
        if (completed != null) {
            completed.completed();
        }
        forget();
        return info;
    }

    private ObjectInfo publish() {
        PartialUpload parts;
        synchronized (this) {
            parts = partial;
        }
        long size = sent + part.size();
        Commits.Candidate object = new Commits.Candidate(key, token, size, this::track);
        if (parts == null) {
            return context.commits().put(object, part);
        }
        if (part.size() > 0) {
            send(parts.sender());
        }
        return context.commits()
                .complete(object, parts.uploadId(), parts.sender().awaitAll());
    }

    /** Remembers the call that the writing thread waits for, so that another one can end it. */
    private void track(Call<?> call) {
        boolean wanted;
        synchronized (this) {
            current = call;
            wanted = state == State.OPEN;
        }
        if (!wanted) {
            call.cancel();
        }
    }

    @Override
    public void close() {
        if (!isCommitted()) {
            beginEnd();
            PartialUpload left;
            synchronized (this) {
                left = partial;
            }
            if (left != null) {
                left.abort();
            }
        }
    }

    @Override
    public void beginEnd() {
        Call<?> waiting;
        PartialUpload left;
        synchronized (this) {
            if (state == State.COMMITTED) {
                return;
            }
            state = State.ENDED;
            waiting = current;
            left = partial;
        }
        if (waiting != null) {
            waiting.cancel();
        }
        if (left != null) {
            left.beginAbort();
        }
        forget();
    }

    @Override
    public void awaitEnd(long deadline) {
        PartialUpload left;
        synchronized (this) {
            left = state == State.COMMITTED ? null : partial;
        }
        if (left != null) {
            left.awaitAbort(deadline);
        }
    }

    private void forget() {
        pool.clear();
        context.handles().remove(this);
    }

    /** Ends the upload, unless another thread has closed it: then that was the reason, whatever was seen of it here. */
    private BackupException fail(String operation, RuntimeException error) {
        BackupException because = error instanceof IllegalStateException
                ? S3Errors.aborted(operation, key, error)
                : context.errors().failure(operation, key, error);
        boolean closed;
        synchronized (this) {
            closed = state == State.ENDED;
        }
        if (closed && because.code() != ErrorCode.DESTINATION_OUTCOME_UNKNOWN) {
            because = because instanceof BackupAbortedException ? because : S3Errors.aborted(operation, key, because);
        }
        failure = because;
        part = new Segments(pool);
        beginEnd();
        return because;
    }

    private void requireUsable(String operation) {
        BackupException earlier = failure;
        if (earlier instanceof BackupAbortedException) {
            throw new BackupAbortedException(earlier.getMessage() + " (earlier)", earlier);
        }
        if (earlier != null) {
            throw new DestinationException(
                    earlier.code(),
                    key,
                    "Could not " + operation + " \"" + key + "\": the upload failed earlier",
                    earlier);
        }
        if (committing) {
            throw new IllegalStateException("The upload of \"" + key + "\" was committed");
        }
        boolean ended;
        synchronized (this) {
            ended = state == State.ENDED;
        }
        if (ended || Thread.currentThread().isInterrupted()) {
            throw fail(operation, S3Errors.aborted(operation, key, null));
        }
    }

    private synchronized boolean isCommitted() {
        return state == State.COMMITTED;
    }
}

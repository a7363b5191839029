package io.holdfast.backup.core.executor;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.job.Progress;
import io.holdfast.backup.core.job.RunContext;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backup that was started. Safe for use by several threads.
 *
 * <p>Its job ends at most once. A cancelled run's job ends at once, although the store's call may take longer to return; only
 * then the repository is free for the next run.
 */
public final class BackupRun {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRun.class);

    private enum Phase {
        STREAMING,
        PUBLISHING,
        ENDED
    }

    private final JobStore jobs;
    private final BackupListener listener;
    private final Clock clock;
    private final Executor threads;
    private final Runnable freeRepository;
    private final Cancellation cancellation = new Cancellation();
    private final RunContext context;
    private final CompletableFuture<Manifest> result = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private Phase phase = Phase.STREAMING;
    private Job job;
    private @Nullable ObjectUpload upload;

    BackupRun(
            Job job,
            JobStore jobs,
            BackupListener listener,
            Clock clock,
            IdSpill idSpill,
            Executor threads,
            Runnable freeRepository) {
        this.job = job;
        this.jobs = jobs;
        this.listener = listener;
        this.clock = clock;
        this.threads = threads;
        this.freeRepository = freeRepository;
        this.context = new RunContext(clock, cancellation, idSpill);
    }

    /** Returns the id of the job. */
    public String jobId() {
        return job().id();
    }

    /** Returns the job's record as it is now. */
    public synchronized Job job() {
        return job;
    }

    /** Returns how far the run is. */
    public Progress progress() {
        return context.progress();
    }

    /**
     * Ends the run, unless it has ended. Before the backup is being published the job ends at once; while it is, the
     * publication is broken off, and the job ends as that turned out. Never interrupts a thread.
     *
     * @param reason why, in words for an operator
     */
    public void cancel(String reason) {
        cancellation.cancel(reason);
        Optional<ObjectUpload> open = openUpload();
        // Closing may take as long as the destination likes: never at the expense of the caller.
        open.ifPresent(this::closeElsewhere);
        endUnless(
                Phase.PUBLISHING,
                JobState.INTERRUPTED,
                new BackupAbortedException("The backup was ended: " + reason),
                () -> {});
    }

    /**
     * Waits for the end of the job.
     *
     * @return the published backup
     * @throws BackupAbortedException if the run was cancelled, stalled, or the calling thread was interrupted, which cancels
     *     the run and leaves the interrupt status set
     * @throws BackupException if it failed
     */
    public Manifest await() {
        try {
            return result.get();
        } catch (InterruptedException e) {
            cancel("the thread that waited for it was interrupted");
            Thread.currentThread().interrupt();
            throw new BackupAbortedException("The thread that waited for job " + jobId() + " was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BackupException failure) {
                throw failure;
            }
            throw new BackupException(ErrorCode.INTERNAL, "Job " + jobId() + " failed: " + e.getCause(), e.getCause());
        }
    }

    /** Waits until the store's call has returned and the repository is free again. Throws nothing. */
    public void awaitRelease() {
        released.join();
    }

    /** Returns whether the store's call has returned and the repository is free again. */
    public boolean released() {
        return released.isDone();
    }

    /**
     * Has an action run when the store's call has returned and the repository is free again; at once if it is.
     *
     * @param action what to do, quick; throws nothing
     */
    public void whenReleased(Runnable action) {
        CompletableFuture<Void> unused = released.thenRun(action);
    }

    RunContext context() {
        return context;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** Makes an upload the one that a cancellation closes. */
    synchronized void uploading(ObjectUpload current) {
        upload = current;
        cancellation.check();
    }

    synchronized void uploaded() {
        upload = null;
    }

    /** Records the id that the backup really got. */
    synchronized void began(BackupId id) {
        // A job that a cancellation has ended by now keeps its end.
        if (phase != Phase.ENDED && !job.backupId().equals(id.value())) {
            job = job.withBackup(id.value());
            jobs.put(job);
        }
    }

    /** Enters the phase in which only the destination decides whether the backup is published. */
    synchronized void publishing() {
        cancellation.check();
        if (phase != Phase.STREAMING) {
            throw new BackupAbortedException("The backup has ended");
        }
        phase = Phase.PUBLISHING;
    }

    void succeeded(Manifest manifest) {
        Job ended;
        synchronized (this) {
            phase = Phase.ENDED;
            ended = job.succeeded(clock.now(), context.progress().bytes());
            job = ended;
        }
        record(ended);
        tell("succeeded", l -> l.succeeded(ended, manifest));
        // Whoever waits for the result may start the next run at once.
        freeRepository.run();
        result.complete(manifest);
    }

    /** Ends the job with an error, unless it has ended. */
    void failed(BackupException failure) {
        JobState state = failure.code() == ErrorCode.BACKUP_ABORTED ? JobState.INTERRUPTED : JobState.FAILED;
        endUnless(Phase.ENDED, state, failure, freeRepository);
    }

    /** Ends what the run gave to the store, whose call has returned. */
    void release() {
        context.close();
        released.complete(null);
    }

    /** Passes the progress on. */
    void report() {
        Job now;
        synchronized (this) {
            if (phase == Phase.ENDED) {
                return;
            }
            job = job.withBytes(context.progress().bytes());
            now = job;
        }
        tell("progressed", l -> l.progressed(now, context.progress()));
    }

    /** Keeps the record with its progress, for whoever looks at the job store. */
    synchronized void keepProgress() {
        if (phase != Phase.ENDED) {
            record(job);
        }
    }

    void tell(String what, Consumer<BackupListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException | Error e) {
            LOG.warn("event=listener_failed job={} what={}", jobId(), what, e);
        }
    }

    private synchronized Optional<ObjectUpload> openUpload() {
        return Optional.ofNullable(upload);
    }

    private void endUnless(Phase sparing, JobState state, BackupException failure, Runnable beforeResult) {
        Job ended;
        synchronized (this) {
            if (phase == Phase.ENDED || phase == sparing) {
                return;
            }
            phase = Phase.ENDED;
            ended = job.ended(state, clock.now(), context.progress().bytes(), failure.code(), failure.getMessage());
            job = ended;
        }
        record(ended);
        tell("failed", l -> l.failed(ended, failure));
        beforeResult.run();
        result.completeExceptionally(failure);
    }

    /** The record must not change what happened to the backup. */
    private void record(Job now) {
        try {
            jobs.put(now);
        } catch (RuntimeException e) {
            LOG.error(
                    "event=job_not_recorded job={} state={} code={}",
                    now.id(),
                    now.state(),
                    ErrorCode.classify(e).wireValue(),
                    e);
        }
    }

    private void closeElsewhere(ObjectUpload toClose) {
        try {
            threads.execute(() -> closeQuietly(toClose));
        } catch (RejectedExecutionException e) {
            // The threads were shut down while this run goes on: there is only this one left.
            closeQuietly(toClose);
        }
    }

    private static void closeQuietly(ObjectUpload toClose) {
        try {
            toClose.close();
        } catch (RuntimeException e) {
            LOG.warn(
                    "event=upload_left code={} reason=\"{}\"",
                    ErrorCode.classify(e).wireValue(),
                    e.getMessage());
        }
    }
}

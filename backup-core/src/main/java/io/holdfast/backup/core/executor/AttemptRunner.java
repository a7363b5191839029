package io.holdfast.backup.core.executor;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.core.codec.EncodedOutput;
import io.holdfast.backup.core.codec.LineDigest;
import io.holdfast.backup.core.codec.PayloadIds;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.PayloadIdsSection;
import io.holdfast.backup.core.manifest.StoredObject;
import io.holdfast.backup.core.repository.Attempt;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one attempt at a backup, in the thread that calls {@link #run}. */
final class AttemptRunner {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);

    private final Repository repository;
    private final Backupable store;
    private final BackupRequest request;
    private final BackupRun run;
    private final Consumer<Attempt> watch;

    AttemptRunner(
            Repository repository, Backupable store, BackupRequest request, BackupRun run, Consumer<Attempt> watch) {
        this.repository = repository;
        this.store = store;
        this.request = request;
        this.run = run;
        this.watch = watch;
    }

    /** What became of the store's stream. */
    private record Payload(PayloadIDSet ids, Instant capturedAt, StoredObject stored, long plainSize) {}

    void run() {
        Optional<Attempt> attempt = Optional.empty();
        try {
            attempt = Optional.of(repository.begin(
                    request.kind(), new BackupId(run.job().backupId()), run.jobId(), request.scheduledForOrNull()));
            run.began(attempt.get().id());
            watch.accept(attempt.get());
            Manifest manifest = publish(attempt.get());
            setInterruptAside(() -> run.succeeded(manifest));
        } catch (BackupException e) {
            conclude(attempt, e);
        } catch (RuntimeException | Error e) {
            conclude(attempt, new BackupException(ErrorCode.INTERNAL, "The backup failed unexpectedly: " + e, e));
        } finally {
            attempt.ifPresent(Attempt::close);
        }
    }

    private Manifest publish(Attempt attempt) {
        Payload payload = uploadPayload(attempt);
        PayloadIdsSection ids = uploadPayloadIds(attempt, payload.ids());
        Manifest manifest = new Manifest(
                attempt.intent().repositoryId(),
                attempt.id(),
                request.kind(),
                request.labels(),
                payload.capturedAt(),
                request.scheduledForOrNull(),
                repository.store(),
                payload.stored(),
                payload.plainSize(),
                attempt.payloadCodec().compression(),
                attempt.payloadCodec().encryption(),
                ids,
                run.context().engineMetadata(),
                Producer.name(),
                attempt.previous().orElse(null));
        run.publishing();
        try {
            attempt.publish(manifest, run::uploading);
        } finally {
            run.uploaded();
        }
        return manifest;
    }

    private Payload uploadPayload(Attempt attempt) {
        try (ObjectUpload upload = attempt.uploadPayload()) {
            run.uploading(upload);
            try (EncodedOutput encoded = attempt.payloadCodec().encode(upload)) {
                StoreOutput output = new StoreOutput(encoded, run.cancellation(), run.context()::passed);
                Instant capturedAt = repository.clock().now().truncatedTo(ChronoUnit.MILLIS);
                PayloadIDSet ids = callStore(output);
                StoredObject stored = encoded.finish();
                commit(upload, stored);
                return new Payload(ids, capturedAt, stored, encoded.plainSize());
            }
        } catch (IOException e) {
            throw unforeseen(e);
        } finally {
            run.uploaded();
        }
    }

    private PayloadIDSet callStore(StoreOutput output) {
        PayloadIDSet ids;
        try {
            ids = store.backup(output, run.context());
        } catch (IOException | RuntimeException | Error e) {
            throw blame(output, e);
        } finally {
            output.end();
        }
        run.cancellation().check();
        output.failure().ifPresent(failure -> {
            throw blame(output, failure);
        });
        requireKept(ids != null, "a set of payload ids, empty if there are none", "null");
        requireKept(!output.closedByStore(), "a stream that is left open", "one that the store has closed");
        requireKept(run.context().progress().bytes() > 0, "a snapshot", "no byte");
        return ids;
    }

    /** Cancelled; else the first that failed below the stream; else the store. */
    private BackupException blame(StoreOutput output, Throwable thrown) {
        if (run.cancellation().requested()) {
            return new BackupAbortedException("The backup was cancelled", thrown);
        }
        Throwable culprit = output.failure().orElse(thrown);
        if (culprit instanceof BackupException known) {
            return known;
        }
        if (output.failure().isPresent()) {
            return unforeseen(culprit);
        }
        return new BackupException(
                ErrorCode.SOURCE_UNAVAILABLE, "The store failed to write its snapshot: " + thrown, thrown);
    }

    private static void requireKept(boolean kept, String expected, String found) {
        if (!kept) {
            throw new BackupException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "Expected from the store's backup method " + expected + ", found " + found);
        }
    }

    private PayloadIdsSection uploadPayloadIds(Attempt attempt, PayloadIDSet ids) {
        try (ObjectUpload upload = attempt.uploadPayloadIds()) {
            run.uploading(upload);
            try (EncodedOutput encoded = attempt.payloadIdsCodec().encode(upload)) {
                StoreOutput output = new StoreOutput(encoded, run.cancellation(), run.context()::moved);
                PayloadIds.Summary summary = writeIds(ids, output, attempt.payloadIdsDigest());
                StoredObject stored = encoded.finish();
                commit(upload, stored);
                return new PayloadIdsSection(summary.count(), stored, summary.digest());
            }
        } catch (IOException e) {
            throw unforeseen(e);
        } finally {
            run.uploaded();
        }
    }

    /** The set is the store's: what it throws on the way is the store's failure. */
    private PayloadIds.Summary writeIds(PayloadIDSet ids, StoreOutput output, LineDigest digest) {
        try {
            return PayloadIds.write(ids, output, digest);
        } catch (IOException | RuntimeException | Error e) {
            throw blame(output, e);
        }
    }

    private void commit(ObjectUpload upload, StoredObject stored) {
        run.cancellation().check();
        ObjectInfo info = upload.commit();
        if (info.size() != stored.size()) {
            throw new DestinationException(
                    ErrorCode.INTEGRITY_MISMATCH,
                    info.key(),
                    info.key() + ": " + stored.size() + " bytes were sent, and the destination says that it has "
                            + info.size(),
                    null);
        }
    }

    private void conclude(Optional<Attempt> attempt, BackupException failure) {
        BackupException told = run.cancellation().requested() && failure.code() != ErrorCode.DESTINATION_OUTCOME_UNKNOWN
                ? new BackupAbortedException("The backup was cancelled", failure)
                : failure;
        setInterruptAside(() -> {
            attempt.ifPresent(this::discard);
            run.failed(told);
        });
    }

    private void discard(Attempt attempt) {
        try {
            attempt.discard();
        } catch (RuntimeException e) {
            LOG.warn(
                    "event=attempt_left backup={} code={} reason=\"{}\"",
                    attempt.id(),
                    ErrorCode.classify(e).wireValue(),
                    e.getMessage());
        }
    }

    /** What must be done is done even in a thread that was interrupted; the status is set again afterwards. */
    private static void setInterruptAside(Runnable action) {
        boolean interrupted = Thread.interrupted();
        try {
            action.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static BackupException unforeseen(Throwable failure) {
        return new BackupException(
                ErrorCode.classify(failure), "The archive could not be written: " + failure, failure);
    }
}

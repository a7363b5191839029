package io.holdfast.backup.destination.s3;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Makes objects visible, and finds out what became of it when the answer does not say (D17). Thread-safe. */
final class Commits {
    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int CONFLICT_ATTEMPTS = 5;

    /** How often a commit is sent, each time with all its attempts, to a server that is in trouble and has not done it. */
    private static final int ROUNDS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    private final Bucket bucket;
    private final Calls calls;
    private final S3Errors errors;
    private final ExclusiveCommit exclusive;
    private final ExclusiveProbe probe;

    Commits(Bucket bucket, Calls calls, S3Errors errors, ExclusiveCommit exclusive) {
        this.bucket = bucket;
        this.calls = calls;
        this.errors = errors;
        this.exclusive = exclusive;
        this.probe = new ExclusiveProbe(bucket, errors);
    }

    /**
     * An object on the verge of being visible.
     *
     * @param key its key
     * @param token what its writer knows it by
     * @param size its size
     * @param track is told of every call, so that another thread can cancel it
     */
    record Candidate(String key, String token, long size, Consumer<Call<?>> track) {}

    /** Commits all bytes with one request. */
    ObjectInfo put(Candidate object, Segments bytes) {
        boolean ifFree = exclusive.ofPut();
        prepare(object, ifFree, probe.isPutKnownToHold(), probe::requirePut);
        return publish(object, () -> bucket.put(object.key(), bytes, object.token(), ifFree));
    }

    /** Commits the parts of an upload. */
    ObjectInfo complete(Candidate object, String uploadId, List<CompletedPart> parts) {
        boolean ifFree = exclusive.ofMultipart();
        prepare(object, ifFree, probe.isMultipartKnownToHold(), probe::requireMultipart);
        return publish(object, () -> bucket.completeUpload(object.key(), uploadId, parts, ifFree));
    }

    private interface Probe {
        void run() throws InterruptedException;
    }

    /** Where the server cannot be asked to look, we look, which keeps one writer at a time from replacing anything. */
    private void prepare(Candidate object, boolean ifFree, boolean knownToHold, Probe form) {
        if (ifFree && knownToHold) {
            return;
        }
        Call<Optional<StoredObject>> call = calls.start(() -> {
            if (ifFree) {
                form.run();
                return Optional.empty();
            }
            return find(object.key());
        });
        object.track().accept(call);
        Optional<StoredObject> taken;
        try {
            taken = calls.await("commit", object.key(), call);
        } catch (SdkException e) {
            throw errors.failure("commit", object.key(), e);
        }
        if (taken.isPresent()) {
            throw exists(object, null);
        }
    }

    private ObjectInfo publish(Candidate object, Callable<Optional<Instant>> request) {
        Optional<ObjectInfo> settled = send(object, request, 1);
        for (int round = 2; settled.isEmpty(); round++) {
            settled = sendAgain(object, request, round);
        }
        return settled.get();
    }

    /**
     * Sends what a server in trouble has not done so far. It carries the same token: should the earlier one still arrive, one of
     * them finds the key taken, and the look that follows knows it for our own.
     */
    private Optional<ObjectInfo> sendAgain(Candidate object, Callable<Optional<Instant>> request, int round) {
        LOG.info("event=commit_sent_again key={} round={} of={}", object.key(), round, ROUNDS);
        try {
            return send(
                    object,
                    () -> {
                        Backoff.pause(round);
                        return request.call();
                    },
                    round);
        } catch (IllegalStateException e) {
            // The destination was closed meanwhile.
            throw unknown(object, e);
        }
    }

    /** Returns the object, or empty if it has to be sent again. */
    private Optional<ObjectInfo> send(Candidate object, Callable<Optional<Instant>> request, int round) {
        Call<Optional<Instant>> call = calls.start(() -> retryingConflicts(request));
        object.track().accept(call);
        // What was sent in an earlier round may still be under way, whatever is answered now.
        boolean earlier = round > 1;
        try {
            Optional<Instant> time = calls.await("commit", object.key(), call);
            return Optional.of(new ObjectInfo(object.key(), object.size(), time.orElseGet(() -> timeOf(object))));
        } catch (BackupAbortedException e) {
            throw earlier || call.isUnsettled() || call.isAccepted() ? unknown(object, e) : e;
        } catch (BackupException e) {
            throw e;
        } catch (RuntimeException e) {
            boolean accepted = call.isAccepted() && S3Errors.statusOf(e) == 0;
            boolean unsettled = earlier || call.isUnsettled() || accepted || saysNothing(e);
            return settle(object, unsettled, round < ROUNDS && isInTrouble(e), e);
        }
    }

    /** The object is there; only its time was not told. */
    private Instant timeOf(Candidate object) {
        try {
            return calls.run("commit", object.key(), () -> bucket.head(object.key()))
                    .lastModified();
        } catch (RuntimeException e) {
            throw unknown(object, e);
        }
    }

    /** The server asks for another attempt when two commits meet. */
    private static Optional<Instant> retryingConflicts(Callable<Optional<Instant>> request) throws Exception {
        for (int failures = 1; ; failures++) {
            try {
                return request.call();
            } catch (SdkException e) {
                if (S3Errors.statusOf(e) != CONFLICT || failures == CONFLICT_ATTEMPTS) {
                    throw e;
                }
            }
            Backoff.pause(failures);
        }
    }

    private static boolean saysNothing(RuntimeException error) {
        boolean unreadable = S3Errors.statusOf(error) == 0 && S3Errors.codeOf(error) == ErrorCode.INTERNAL;
        return unreadable
                || isInTrouble(error)
                || S3Errors.nameOf(error).filter("InternalError"::equals).isPresent();
    }

    /** The server, or a gateway before it, has answered, and does not know either what became of the request. */
    private static boolean isInTrouble(RuntimeException error) {
        int status = S3Errors.statusOf(error);
        return status == 500 || status == 502 || status == 504;
    }

    /** Looks at what is there now: our own object, somebody else's, or none; returns empty if none, and it can be sent again. */
    private Optional<ObjectInfo> settle(
            Candidate object, boolean unsettled, boolean mayBeSentAgain, RuntimeException error) {
        int status = S3Errors.statusOf(error);
        boolean taken = status == PRECONDITION_FAILED;
        boolean gone = S3Errors.nameOf(error).filter("NoSuchUpload"::equals).isPresent();
        if (!unsettled && !taken && !gone && status != CONFLICT) {
            throw errors.failure("commit", object.key(), error);
        }
        Optional<StoredObject> there;
        try {
            Call<Optional<StoredObject>> looking = calls.start(() -> find(object.key()));
            object.track().accept(looking);
            there = calls.await("commit", object.key(), looking);
        } catch (RuntimeException e) {
            error.addSuppressed(e);
            throw unsettled || gone ? unknown(object, error) : taken ? exists(object, error) : plain(object, error);
        }
        if (there.isPresent()) {
            StoredObject found = there.get();
            if (object.token().equals(found.token())) {
                requireSize(object, found);
                return Optional.of(new ObjectInfo(object.key(), found.size(), found.lastModified()));
            }
            throw exists(object, error);
        }
        if (mayBeSentAgain) {
            return Optional.empty();
        }
        throw unsettled ? unknown(object, error) : taken ? exists(object, error) : plain(object, error);
    }

    private void requireSize(Candidate object, StoredObject found) {
        if (found.size() != object.size()) {
            throw errors.failure(
                    ErrorCode.INTEGRITY_MISMATCH,
                    "commit",
                    object.key(),
                    "expected " + object.size() + " bytes to be stored, found " + found.size()
                            + "; the object is there, and is not what was sent",
                    null);
        }
    }

    private Optional<StoredObject> find(String key) throws IOException {
        try {
            return Optional.of(bucket.head(key));
        } catch (SdkException e) {
            if (S3Errors.statusOf(e) == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private BackupException plain(Candidate object, RuntimeException error) {
        return errors.failure("commit", object.key(), error);
    }

    private BackupException exists(Candidate object, @Nullable RuntimeException error) {
        return errors.failure(ErrorCode.DESTINATION_OBJECT_EXISTS, "commit", object.key(), "the key is taken", error);
    }

    private BackupException unknown(Candidate object, RuntimeException error) {
        return errors.failure(
                ErrorCode.DESTINATION_OUTCOME_UNKNOWN,
                "learn whether the commit happened of",
                object.key(),
                "the answer was lost, and looking there did not tell",
                error);
    }
}

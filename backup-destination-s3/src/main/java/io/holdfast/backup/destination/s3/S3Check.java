package io.holdfast.backup.destination.s3;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;

/** Tries a destination out with real objects, and looks at how its bucket is set up. Used once. */
final class S3Check {
    private static final byte[] CONTENT = "holdfast check".getBytes(StandardCharsets.US_ASCII);

    /** Amazon refuses requests that are 15 minutes off. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private final Destination destination;
    private final S3Settings settings;
    private final Bucket bucket;
    private final Calls calls;
    private final S3Errors errors;
    private final Clock clock;
    private final String key = ExclusiveProbe.newKey();
    private final List<Finding> findings = new ArrayList<>();

    S3Check(Destination destination, S3Settings settings, Bucket bucket, Calls calls, S3Errors errors, Clock clock) {
        this.destination = destination;
        this.settings = settings;
        this.bucket = bucket;
        this.calls = calls;
        this.errors = errors;
        this.clock = clock;
    }

    List<Finding> run() {
        try {
            ask(() -> {
                bucket.requireBucket();
                return true;
            });
            tryObject();
            tryAbort();
            tryExclusiveCommits();
            findings.addAll(ask(() -> new BucketCheck(bucket, settings.location()).run()));
        } catch (BackupAbortedException e) {
            throw e;
        } catch (BackupException e) {
            findings.add(Finding.error(
                    e.code().wireValue(), e.getMessage() + ". " + e.code().hint()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(findings);
    }

    private <T> T ask(Callable<T> question) {
        try {
            return calls.run("check", null, question);
        } catch (SdkException e) {
            throw errors.failure("check", null, e);
        }
    }

    private void tryObject() throws IOException {
        try {
            Segments bytes = new Segments(new SegmentPool());
            bytes.append(CONTENT, 0, CONTENT.length);
            compareClocks(ask(() -> bucket.put(key, bytes, "check", false)));
            expect(Arrays.equals(CONTENT, readFrom(0)), "read back what was written");
            byte[] end = Arrays.copyOfRange(CONTENT, 9, CONTENT.length);
            expect(Arrays.equals(end, readFrom(9)), "read a range of what was written");
            expect(readFrom(CONTENT.length).length == 0, "read from the object's end");
            try (Stream<ObjectInfo> listed = destination.list(key, "")) {
                expect(listed.map(ObjectInfo::key).toList().equals(List.of(key)), "list what was written");
            }
        } catch (IOException | RuntimeException e) {
            removeAfter(e);
            throw e;
        }
        destination.delete(key);
        expect(destination.stat(key).isEmpty(), "delete what was written");
    }

    private void removeAfter(Exception failure) {
        boolean interrupted = Thread.interrupted();
        try {
            destination.delete(key);
        } catch (BackupException | IllegalStateException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private byte[] readFrom(long offset) throws IOException {
        try (InputStream in = destination.open(key, offset)) {
            return in.readAllBytes();
        }
    }

    private void compareClocks(Optional<Instant> serverTime) {
        serverTime.ifPresent(time -> {
            Duration apart = Duration.between(time, clock.now());
            if (apart.abs().compareTo(CLOCK_TOLERANCE) > 0) {
                findings.add(Finding.warning(
                        "clock_skew",
                        "This host's clock is " + apart.abs().toSeconds() + " s "
                                + (apart.isNegative() ? "behind" : "ahead of")
                                + " the server's; servers refuse requests whose time is some minutes off"));
            }
        });
    }

    private void tryAbort() {
        boolean gone = ask(() -> {
            String uploadId = bucket.createUpload(key, "check");
            bucket.abortUpload(key, uploadId);
            return bucket.listUploads(key, null, null).uploads().stream()
                    .noneMatch(upload -> upload.uploadId().equals(uploadId));
        });
        expect(gone, "forget an upload that was aborted");
    }

    private void tryExclusiveCommits() {
        ExclusiveProbe probe = new ExclusiveProbe(bucket, errors);
        boolean put = ask(probe::refusesPut);
        boolean multipart = ask(probe::refusesMultipart);
        ExclusiveCommit declared = settings.exclusive();
        if ((declared.ofPut() && !put) || (declared.ofMultipart() && !multipart)) {
            findings.add(Finding.error(
                    "not_exclusive",
                    "The server replaces an object though it was asked not to: of concurrent commits on one key several"
                            + " would succeed. Say exclusive-commit=" + (put ? "small" : "none")));
        } else if (declared == ExclusiveCommit.NONE) {
            findings.add(Finding.warning(
                    "not_exclusive",
                    "By configuration no commit is exclusive: of concurrent ones on one key several may succeed. "
                            + found(put, multipart)));
        } else if (declared == ExclusiveCommit.SMALL) {
            findings.add(Finding.info(
                    "exclusive_if_small",
                    "By configuration only commits in one part are exclusive. " + found(put, multipart)));
        }
    }

    private static String found(boolean put, boolean multipart) {
        return put && multipart
                ? "One try of each form was refused as it should be: see whether exclusive-commit=multipart holds"
                : "The server " + (put ? "refuses a second PUT only" : "refuses no second commit");
    }

    private void expect(boolean held, String ability) {
        if (!held) {
            findings.add(Finding.error(
                    "contract_broken",
                    "The server of " + settings.location().canonical() + " did not " + ability
                            + "; do not back up to it"));
        }
    }
}

package io.holdfast.backup.destination.s3;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/** Aborts the multipart uploads below the prefix that nobody writes to (D7). Blocks; runs within {@link Calls}. */
final class AbandonedUploads {
    private static final int NOT_FOUND = 404;

    private final Bucket bucket;
    private final S3Location location;
    private final Instant idleSince;
    private int removed;

    AbandonedUploads(Bucket bucket, S3Location location, Instant idleSince) {
        this.bucket = bucket;
        this.location = location;
        this.idleSince = idleSince;
    }

    /** Looks at every upload once, and returns how many were removed. */
    int discard() {
        @Nullable String keyMarker = null;
        @Nullable String idMarker = null;
        boolean more;
        do {
            ListMultipartUploadsResponse page = bucket.listUploads("", keyMarker, idMarker);
            page.uploads().forEach(this::discard);
            more = Boolean.TRUE.equals(page.isTruncated())
                    && page.nextKeyMarker() != null
                    && !(page.nextKeyMarker().equals(keyMarker) && Objects.equals(page.nextUploadIdMarker(), idMarker));
            keyMarker = page.nextKeyMarker();
            idMarker = page.nextUploadIdMarker();
        } while (more);
        return removed;
    }

    private void discard(MultipartUpload upload) {
        Optional<String> key = location.keyOf(upload.key());
        if (key.isEmpty() || OwnUploads.contains(location, upload.uploadId())) {
            return;
        }
        try {
            Instant begun = upload.initiated();
            if (begun != null && isIdle(begun) && isIdle(newestPart(key.get(), upload.uploadId()))) {
                bucket.abortUpload(key.get(), upload.uploadId());
                removed++;
            }
        } catch (SdkException e) {
            // Ended meanwhile.
            if (S3Errors.statusOf(e) != NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Returns when the last part came; the beginning of time when there is none, the end when nobody knows. */
    private Instant newestPart(String key, String uploadId) {
        Instant newest = Instant.MIN;
        @Nullable Integer marker = null;
        boolean more;
        do {
            ListPartsResponse page = bucket.listParts(key, uploadId, marker);
            for (Part part : page.parts()) {
                Instant time = Optional.ofNullable(part.lastModified()).orElse(Instant.MAX);
                newest = time.isAfter(newest) ? time : newest;
            }
            more = Boolean.TRUE.equals(page.isTruncated())
                    && page.nextPartNumberMarker() != null
                    && !page.nextPartNumberMarker().equals(marker);
            marker = page.nextPartNumberMarker();
        } while (more);
        return newest;
    }

    /** Servers cut their times to whole seconds. */
    private boolean isIdle(Instant lastWrite) {
        boolean cut = lastWrite.isAfter(Instant.MIN)
                && lastWrite.isBefore(Instant.MAX)
                && lastWrite.equals(lastWrite.truncatedTo(ChronoUnit.SECONDS));
        return (cut ? lastWrite.plusSeconds(1) : lastWrite).isBefore(idleSince);
    }
}

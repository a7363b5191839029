package io.holdfast.backup.destination.s3;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Which version of an object an answer is about. All answers to one reader must be about the same one.
 *
 * @param eTag the server's mark of it, or null if the server gives none
 * @param size its size in bytes
 */
record Version(@Nullable String eTag, long size) {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)");

    /** Returns the version that an answer speaks of; empty when it does not tell. */
    static Optional<Version> of(GetObjectResponse response) {
        String range = response.contentRange();
        if (range == null) {
            return Optional.ofNullable(response.contentLength()).map(size -> new Version(response.eTag(), size));
        }
        Matcher m = CONTENT_RANGE.matcher(range);
        return m.matches() ? Optional.of(new Version(response.eTag(), Long.parseLong(m.group(3)))) : Optional.empty();
    }

    /** Returns the offset of the first byte of an answer. */
    static long firstOffset(GetObjectResponse response) {
        String range = response.contentRange();
        if (range == null) {
            return 0;
        }
        Matcher m = CONTENT_RANGE.matcher(range);
        return m.matches() ? Long.parseLong(m.group(1)) : -1;
    }

    boolean isSame(Version other) {
        return Objects.equals(eTag, other.eTag) && size == other.size;
    }
}

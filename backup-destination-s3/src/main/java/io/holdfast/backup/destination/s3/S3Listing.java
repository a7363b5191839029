package io.holdfast.backup.destination.s3;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.ObjectInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects in order of their keys, page by page. What has a name that is no key is passed over. */
final class S3Listing extends Spliterators.AbstractSpliterator<ObjectInfo> {
    private final Bucket bucket;
    private final Calls calls;
    private final S3Errors errors;
    private final S3Location location;
    private final OpenHandles handles;
    private final String prefix;
    private final String startAfter;

    private final Deque<ObjectInfo> page = new ArrayDeque<>();
    private @Nullable String continuation;
    private boolean started;
    private String last;
    private @Nullable BackupException failure;

    S3Listing(
            Bucket bucket,
            Calls calls,
            S3Errors errors,
            S3Location location,
            OpenHandles handles,
            String prefix,
            String startAfter) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL);
        this.bucket = bucket;
        this.calls = calls;
        this.errors = errors;
        this.location = location;
        this.handles = handles;
        this.prefix = prefix;
        this.startAfter = startAfter;
        this.last = startAfter;
    }

    @Override
    public boolean tryAdvance(Consumer<? super ObjectInfo> action) {
        handles.requireOpen();
        if (failure != null) {
            // Whoever goes on after a failure must not miss what failed.
            throw failure;
        }
        S3Errors.requireNotInterrupted("list", null);
        try {
            while (page.isEmpty()) {
                if (started && continuation == null) {
                    return false;
                }
                fetch();
            }
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            failure = errors.failure("list", null, e);
            throw failure;
        }
        action.accept(page.remove());
        return true;
    }

    private void fetch() {
        String after = startAfter.isEmpty() ? "" : location.inBucket(startAfter);
        String from = continuation;
        ListObjectsV2Response response =
                calls.run("list", null, () -> bucket.list(location.inBucket(prefix), after, from));
        started = true;
        for (S3Object object : response.contents()) {
            location.keyOf(object.key())
                    .filter(key -> key.startsWith(prefix))
                    .ifPresent(key -> add(new ObjectInfo(key, object.size(), object.lastModified())));
        }
        String next = response.nextContinuationToken();
        // Whoever says where it goes on is not at the end, whatever else he says.
        boolean more = next != null || Boolean.TRUE.equals(response.isTruncated());
        if (more && (next == null || next.equals(continuation))) {
            throw broken("expected a page to say where the next one begins, found none");
        }
        continuation = next;
    }

    private void add(ObjectInfo info) {
        if (info.key().compareTo(startAfter) <= 0) {
            // Some servers do not know how to start after a key.
            return;
        }
        if (info.key().compareTo(last) <= 0) {
            throw broken("expected keys in their byte order, found \"" + info.key() + "\" after \"" + last
                    + "\"; a bucket that does not list in order cannot hold backups");
        }
        last = info.key();
        page.add(info);
    }

    private BackupException broken(String what) {
        return errors.failure(ErrorCode.INTERNAL, "list", null, what, null);
    }
}

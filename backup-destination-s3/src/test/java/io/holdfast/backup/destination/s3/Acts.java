package io.holdfast.backup.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests do to a destination. */
final class Acts {
    private Acts() {}

    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    static ObjectInfo put(Destination destination, String key, byte[] bytes) {
        try (ObjectUpload upload = destination.upload(key)) {
            upload.write(bytes);
            return upload.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] get(Destination destination, String key) {
        try (InputStream in = destination.open(key, 0)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> keys(Destination destination) {
        try (Stream<ObjectInfo> listing = destination.list("", "")) {
            return listing.map(ObjectInfo::key).toList();
        }
    }

    static BackupException assertFails(ErrorCode code, ThrowingCallable action) {
        Throwable thrown = catchThrowable(action);
        assertThat(thrown).isInstanceOf(BackupException.class);
        assertThat(((BackupException) thrown).code()).as(thrown.toString()).isEqualTo(code);
        return (BackupException) thrown;
    }
}

package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.backup.destination.DestinationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BackupExceptionTest {
    private static final IOException CAUSE = new IOException("cause");

    static Stream<Arguments> named() {
        return Stream.of(
                row(BackupAbortedException::new, BackupAbortedException::new, ErrorCode.BACKUP_ABORTED),
                row(BackupUnsupportedException::new, BackupUnsupportedException::new, ErrorCode.BACKUP_UNSUPPORTED),
                row(RestoreCorruptException::new, RestoreCorruptException::new, ErrorCode.RESTORE_CORRUPT),
                row(
                        RestoreDestinationNotEmptyException::new,
                        RestoreDestinationNotEmptyException::new,
                        ErrorCode.RESTORE_DESTINATION_NOT_EMPTY),
                row(
                        SchemaVersionMismatchException::new,
                        SchemaVersionMismatchException::new,
                        ErrorCode.SCHEMA_VERSION_MISMATCH));
    }

    private static Arguments row(
            Function<String, BackupException> plain,
            BiFunction<String, Throwable, BackupException> caused,
            ErrorCode code) {
        return arguments(plain, caused, code);
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("named")
    void a_named_exception_has_its_code_message_and_cause(
            Function<String, BackupException> plain,
            BiFunction<String, Throwable, BackupException> caused,
            ErrorCode code) {
        assertThat(plain.apply("what")).hasMessage("what").hasNoCause();
        assertThat(plain.apply("what").code()).isEqualTo(code);
        assertThat(caused.apply("what", CAUSE)).hasMessage("what").hasCause(CAUSE);
        assertThat(caused.apply("what", CAUSE).code()).isEqualTo(code);
    }

    @Test
    void the_root_is_unchecked() {
        assertThat(RuntimeException.class).isAssignableFrom(BackupException.class);
    }

    @Test
    void to_string_shows_type_code_and_message() {
        assertThat(new BackupException(ErrorCode.STORE_MISMATCH, "other store", CAUSE))
                .hasToString("io.holdfast.backup.BackupException: [store_mismatch] other store");
        assertThat(new RestoreCorruptException("cut"))
                .hasToString("io.holdfast.backup.RestoreCorruptException: [restore_corrupt] cut");
    }

    @Test
    void a_code_is_needed() {
        assertThatNullPointerException().isThrownBy(() -> new BackupException(null, "what"));
    }

    @Test
    void a_destination_failure_tells_its_key_if_it_concerns_one_object() {
        DestinationException whole = new DestinationException(ErrorCode.DESTINATION_THROTTLED, "slow", CAUSE);
        DestinationException one = new DestinationException(ErrorCode.DESTINATION_OBJECT_LOCKED, "a/b", "kept", null);

        assertThat(whole.code()).isEqualTo(ErrorCode.DESTINATION_THROTTLED);
        assertThat(whole).hasMessage("slow").hasCause(CAUSE);
        assertThat(whole.key()).isEmpty();
        assertThat(one.code()).isEqualTo(ErrorCode.DESTINATION_OBJECT_LOCKED);
        assertThat(one).hasMessage("kept").hasNoCause();
        assertThat(one.key()).contains("a/b");
    }

    @Test
    void an_exception_survives_serialization() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new DestinationException(ErrorCode.DESTINATION_OBJECT_MISSING, "a/b", "gone", CAUSE));
        }

        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            DestinationException read = (DestinationException) in.readObject();
            assertThat(read.code()).isEqualTo(ErrorCode.DESTINATION_OBJECT_MISSING);
            assertThat(read.key()).contains("a/b");
            assertThat(read).hasMessage("gone");
        }
    }
}

package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.backup.destination.DestinationException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorCodeClassifyTest {
    static Stream<Arguments> rawFailures() {
        return Stream.of(
                arguments(new IOException("No space left on device"), ErrorCode.DESTINATION_NO_SPACE),
                arguments(new IOException("Disk quota exceeded"), ErrorCode.DESTINATION_NO_SPACE),
                arguments(new IOException("There is not enough space on the disk"), ErrorCode.DESTINATION_NO_SPACE),
                arguments(reason("No space left on device"), ErrorCode.DESTINATION_NO_SPACE),
                arguments(new FileNotFoundException("f (No space left on device)"), ErrorCode.DESTINATION_NO_SPACE),
                arguments(new AccessDeniedException("f"), ErrorCode.DESTINATION_PERMISSION_DENIED),
                arguments(reason("Read-only file system"), ErrorCode.DESTINATION_PERMISSION_DENIED),
                arguments(reason("Operation not permitted"), ErrorCode.DESTINATION_PERMISSION_DENIED),
                arguments(new IOException("Permission denied"), ErrorCode.DESTINATION_PERMISSION_DENIED),
                arguments(new FileNotFoundException("f (Permission denied)"), ErrorCode.DESTINATION_PERMISSION_DENIED),
                arguments(new FileNotFoundException("f (Access is denied)"), ErrorCode.DESTINATION_PERMISSION_DENIED),
                arguments(
                        new FileNotFoundException("f (Read-only file system)"),
                        ErrorCode.DESTINATION_PERMISSION_DENIED),
                arguments(new NoSuchFileException("f"), ErrorCode.DESTINATION_NOT_FOUND),
                arguments(new NotDirectoryException("f"), ErrorCode.DESTINATION_NOT_FOUND),
                arguments(new FileNotFoundException("f (No such file or directory)"), ErrorCode.DESTINATION_NOT_FOUND),
                arguments(new FileNotFoundException("f"), ErrorCode.DESTINATION_NOT_FOUND),
                arguments(new FileNotFoundException("f (Not a directory)"), ErrorCode.DESTINATION_NOT_FOUND),
                arguments(
                        new FileNotFoundException("f (The system cannot find the path specified)"),
                        ErrorCode.DESTINATION_NOT_FOUND),
                arguments(new FileNotFoundException("f (Too many open files)"), ErrorCode.INTERNAL),
                arguments(new FileNotFoundException("f (Is a directory)"), ErrorCode.INTERNAL),
                arguments(new UnknownHostException("h"), ErrorCode.DESTINATION_UNREACHABLE),
                arguments(new ConnectException("refused"), ErrorCode.DESTINATION_UNREACHABLE),
                arguments(new NoRouteToHostException(), ErrorCode.DESTINATION_UNREACHABLE),
                arguments(new PortUnreachableException(), ErrorCode.DESTINATION_UNREACHABLE),
                arguments(new SocketException("Connection reset"), ErrorCode.DESTINATION_UNREACHABLE),
                arguments(new SocketException("Permission denied"), ErrorCode.DESTINATION_UNREACHABLE),
                arguments(new SocketTimeoutException(), ErrorCode.DESTINATION_UNREACHABLE),
                arguments(new IOException(), ErrorCode.INTERNAL),
                arguments(new IOException("made up"), ErrorCode.INTERNAL),
                arguments(reason(null), ErrorCode.INTERNAL),
                arguments(new FileAlreadyExistsException("f"), ErrorCode.INTERNAL),
                arguments(new DirectoryNotEmptyException("f"), ErrorCode.INTERNAL),
                arguments(new ClosedChannelException(), ErrorCode.INTERNAL),
                arguments(new RuntimeException("No space left on device"), ErrorCode.INTERNAL),
                arguments(new OutOfMemoryError(), ErrorCode.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("rawFailures")
    void a_raw_failure_has_this_code(Throwable failure, ErrorCode code) {
        assertThat(ErrorCode.classify(failure)).isEqualTo(code);
    }

    @ParameterizedTest
    @MethodSource("rawFailures")
    void wrapping_does_not_change_the_code(Throwable failure, ErrorCode code) {
        Throwable wrapped = new CompletionException(new ExecutionException(new IllegalStateException(failure)));

        assertThat(ErrorCode.classify(wrapped)).isEqualTo(code);
    }

    @ParameterizedTest
    @MethodSource("rawFailures")
    void classifying_again_gives_the_same_code(Throwable failure, ErrorCode code) {
        BackupException classified = new BackupException(ErrorCode.classify(failure), "failed", failure);

        assertThat(ErrorCode.classify(classified)).isEqualTo(code);
        assertThat(ErrorCode.classify(new RuntimeException(classified))).isEqualTo(code);
    }

    @ParameterizedTest
    @EnumSource
    void a_backup_exception_inside_wins_over_everything_around_it(ErrorCode code) {
        Throwable failure = new IOException(
                "No space left on device",
                new UncheckedIOException(new IOException(new BackupException(code, "inner"))));

        assertThat(ErrorCode.classify(failure)).isEqualTo(code);
    }

    @Test
    void the_outermost_of_several_backup_exceptions_wins() {
        Throwable inner = new DestinationException(ErrorCode.DESTINATION_THROTTLED, "inner", null);
        Throwable outer = new RuntimeException(new BackupException(ErrorCode.HOLD_UNAVAILABLE, "outer", inner));

        assertThat(ErrorCode.classify(outer)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }

    private enum Raw {
        FULL(() -> new IOException("No space left on device"), ErrorCode.DESTINATION_NO_SPACE),
        DENIED(() -> new AccessDeniedException("f"), ErrorCode.DESTINATION_PERMISSION_DENIED),
        MISSING(() -> new NoSuchFileException("f"), ErrorCode.DESTINATION_NOT_FOUND),
        UNREACHABLE(ConnectException::new, ErrorCode.DESTINATION_UNREACHABLE);

        private final Supplier<IOException> failure;
        private final ErrorCode code;

        Raw(Supplier<IOException> failure, ErrorCode code) {
            this.failure = failure;
            this.code = code;
        }
    }

    static Stream<Arguments> orderedPairs() {
        return Arrays.stream(Raw.values())
                .flatMap(stronger -> Arrays.stream(Raw.values())
                        .filter(weaker -> weaker.compareTo(stronger) > 0)
                        .map(weaker -> arguments(stronger, weaker)));
    }

    @ParameterizedTest
    @MethodSource("orderedPairs")
    void of_two_raw_failures_the_stronger_wins_wherever_it_is(Raw stronger, Raw weaker) {
        assertThat(ErrorCode.classify(chain(stronger, weaker))).isEqualTo(stronger.code);
        assertThat(ErrorCode.classify(chain(weaker, stronger))).isEqualTo(stronger.code);
    }

    private static Throwable chain(Raw outer, Raw inner) {
        return outer.failure.get().initCause(new RuntimeException(inner.failure.get()));
    }

    @Test
    void words_in_a_path_decide_nothing() {
        String path = "/backups/No space left on device (Permission denied)/f";

        assertThat(ErrorCode.classify(new FileNotFoundException(path + " (No such file or directory)")))
                .isEqualTo(ErrorCode.DESTINATION_NOT_FOUND);
        assertThat(ErrorCode.classify(new FileSystemException(path, null, "made up")))
                .isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void a_cause_chain_that_bites_its_tail_ends() {
        Throwable first = new RuntimeException("first");
        Throwable second = new NoSuchFileException("f");
        first.initCause(second);
        second.initCause(first);

        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> ErrorCode.classify(first)))
                .isEqualTo(ErrorCode.DESTINATION_NOT_FOUND);
    }

    @Test
    void a_failure_that_is_its_own_cause_ends() {
        Throwable failure = new RuntimeException("own cause") {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };

        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> ErrorCode.classify(failure)))
                .isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void a_missing_file_of_this_machine_is_missing(@TempDir Path dir) {
        assertThat(ErrorCode.classify(failureOf(() -> Files.newInputStream(dir.resolve("none")))))
                .isEqualTo(ErrorCode.DESTINATION_NOT_FOUND);
        assertThat(ErrorCode.classify(
                        failureOf(() -> new FileInputStream(dir.resolve("none").toFile()))))
                .isEqualTo(ErrorCode.DESTINATION_NOT_FOUND);
    }

    @Test
    void a_full_device_of_this_machine_is_full() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));

        Throwable failure = failureOf(() -> Files.write(full, new byte[1]));

        assumeTrue(String.valueOf(failure.getMessage()).contains("No space"), "the system speaks English");
        assertThat(ErrorCode.classify(failure)).isEqualTo(ErrorCode.DESTINATION_NO_SPACE);
    }

    private interface Action {
        Object run() throws IOException;
    }

    private static Throwable failureOf(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("Expected a failure");
    }

    private static FileSystemException reason(String reason) {
        return new FileSystemException("f", null, reason);
    }
}

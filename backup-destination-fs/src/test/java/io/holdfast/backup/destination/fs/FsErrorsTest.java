package io.holdfast.backup.destination.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of codes (D13). */
class FsErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "No space left on device, DESTINATION_NO_SPACE",
        "Disk quota exceeded, DESTINATION_NO_SPACE",
        "File too large, DESTINATION_NO_SPACE",
        "Read-only file system, DESTINATION_PERMISSION_DENIED",
        "Operation not permitted, DESTINATION_PERMISSION_DENIED",
        "Input/output error, DESTINATION_UNREACHABLE",
        "Stale file handle, DESTINATION_UNREACHABLE",
        "Connection timed out, DESTINATION_UNREACHABLE",
        "Transport endpoint is not connected, DESTINATION_UNREACHABLE",
        "Too many open files, DESTINATION_UNREACHABLE",
        "File name too long, DESTINATION_CONFIG_INVALID",
        "What nobody foresaw, INTERNAL"
    })
    void the_system_s_words_have_a_code(String words, ErrorCode code) {
        Path path = Path.of("/");
        assertThat(FsErrors.codeOf(new IOException(words), path)).isEqualTo(code);
        assertThat(FsErrors.codeOf(new FileSystemException("/x", null, words), path))
                .isEqualTo(code);
    }

    @Test
    void denied_is_denied() {
        assertThat(FsErrors.codeOf(new AccessDeniedException("/x"), Path.of("/")))
                .isEqualTo(ErrorCode.DESTINATION_PERMISSION_DENIED);
    }

    @Test
    void a_channel_closed_under_its_user_is_an_abort() {
        assertThat(FsErrors.failure("write", "k", Path.of("/k"), new AsynchronousCloseException()))
                .isInstanceOf(BackupAbortedException.class)
                .hasMessage("Could not write \"k\": it was closed meanwhile");
    }

    @ParameterizedTest
    @CsvSource({
        "ext4, LOCAL",
        "xfs, LOCAL",
        "NTFS, LOCAL",
        "nfs, REMOTE",
        "nfs4, REMOTE",
        "cifs, REMOTE",
        "smb3, REMOTE",
        "smbfs, REMOTE",
        "fuse.sshfs, REMOTE",
        "fuseblk, REMOTE",
        "tmpfs, VOLATILE"
    })
    void the_file_system_s_type_tells_its_kind(String type, FileSystemKind kind) {
        assertThat(FileSystemKind.ofType(type)).isEqualTo(kind);
    }

    @Test
    void a_temporary_name_is_no_key_and_knows_its_process() {
        String name = TemporaryName.next();
        assertThat(TemporaryName.matches(name)).isTrue();
        assertThat(TemporaryName.isOfThisProcess(name)).isTrue();
        assertThat(FsListing.isKey(name)).isFalse();
        assertThat(TemporaryName.matches(name + "x")).isFalse();
        assertThat(TemporaryName.matches("holdfast~notes.tmp")).isFalse();
    }
}

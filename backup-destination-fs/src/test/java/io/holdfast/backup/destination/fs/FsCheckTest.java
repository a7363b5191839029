package io.holdfast.backup.destination.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check finds. */
class FsCheckTest {
    @TempDir
    Path root;

    @Test
    void a_good_directory_has_no_findings_and_nothing_is_left() throws IOException {
        assertThat(check("0"))
                .filteredOn(finding -> !finding.code().equals("volatile_filesystem"))
                .isEmpty();
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void little_space_is_a_warning() {
        assertThat(check("8000000000GiB")).anySatisfy(finding -> {
            assertThat(finding.code()).isEqualTo("low_space");
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.message()).contains(root.toString());
        });
    }

    @Test
    void a_root_that_others_may_write_to_is_a_warning() throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwx---"));
        assertThat(check("0")).extracting(Finding::code).contains("root_writable_by_others");
    }

    @Test
    void a_root_that_others_may_list_is_mentioned() throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(check("0")).extracting(Finding::code).contains("root_readable_by_others");
    }

    private List<Finding> check(String minFree) {
        try (Destination destination = new FsDestinationProvider()
                .open(DestinationConfig.of("fs", Map.of("path", root.toString(), "min-free", minFree)))) {
            return destination.check();
        }
    }
}

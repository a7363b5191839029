package io.holdfast.backup.destination.fs;

import static io.holdfast.backup.destination.fs.Tree.assertFails;
import static io.holdfast.backup.destination.fs.Tree.keys;
import static io.holdfast.backup.destination.fs.Tree.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.DestinationProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration may say, and what opening makes of it. */
class FsDestinationProviderTest {
    @TempDir
    Path dir;

    @Test
    void the_service_loader_finds_it() {
        assertThat(ServiceLoader.load(DestinationProvider.class)).hasOnlyOneElementSatisfying(provider -> {
            assertThat(provider).isInstanceOf(FsDestinationProvider.class);
            assertThat(provider.kind()).isEqualTo("fs");
            assertThat(provider.uriSchemes()).containsExactly("file");
        });
    }

    @Test
    void an_absent_root_is_created_with_those_above_it_for_the_owner_alone() throws IOException {
        try (Destination destination = Tree.open(dir.resolve("x/y"))) {
            put(destination, "k", "1");
        }
        for (String created : new String[] {"x", "x/y"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve(created))))
                    .isEqualTo("rwx------");
        }
    }

    @ParameterizedTest
    @CsvSource({"file:%s/a%%20b, a b", "file://%s/c, c", "FILE:%s/d?min-free=5GiB, d", "file:%s/%%C3%%A4, ä"})
    void a_uri_means_its_decoded_path(String form, String name) {
        try (Destination destination = openUri(String.format(form, dir))) {
            put(destination, "k", "1");
        }
        assertThat(dir.resolve(name).resolve("k")).exists();
    }

    @ParameterizedTest
    @CsvSource({
        "file:relative/path, relative/path",
        "file:relative?min-free=1, file:relative",
        "file://server/share, file://server/share",
        "file:/a#b, #",
        "file:/a%2Fb, file:/a%2Fb",
        "file:/a%00b, file:/a%00b",
        "file:/a/../b, /a/../b",
        "file:/a?min-free=lots, lots",
        "file:/a?min-free=-1, -1",
        "file:/a?fsync=no, fsync",
        "file:/a?path=/b, path",
        "s3://bucket/a, s3://bucket/a"
    })
    void a_wrong_uri_is_refused_by_name(String uri, String named) {
        assertThatThrownBy(() -> openUri(uri)).hasMessageContaining(named);
        assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> openUri(uri));
    }

    @Test
    void wrong_properties_are_refused_all_at_once() {
        Map<String, String> properties = Map.of("path", "relative", "min-free", "x", "unknown", "1");
        assertThatThrownBy(() -> new FsDestinationProvider().open(DestinationConfig.of("fs", properties)))
                .hasMessageContaining("path must be absolute")
                .hasMessageContaining("\"relative\"")
                .hasMessageContaining("min-free")
                .hasMessageContaining("unknown is unknown");
        assertThatThrownBy(() -> new FsDestinationProvider().open(DestinationConfig.of("fs", Map.of())))
                .hasMessageContaining("path is missing");
    }

    @Test
    void a_file_where_a_directory_should_be_is_a_conflict() throws IOException {
        Files.createFile(dir.resolve("file"));
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, () -> Tree.open(dir.resolve("file")));
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, () -> Tree.open(dir.resolve("file/below")));
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, () -> Tree.open(dir.resolve("file/far/below")));
    }

    @Test
    void a_link_to_nowhere_is_not_found_and_creates_nothing() throws IOException {
        Files.createSymbolicLink(dir.resolve("link"), dir.resolve("unmounted"));
        assertFails(ErrorCode.DESTINATION_NOT_FOUND, () -> Tree.open(dir.resolve("link")));
        assertThat(dir.resolve("unmounted")).doesNotExist();
    }

    @Test
    void the_location_is_the_same_by_whatever_path() throws IOException {
        Path real = Files.createDirectory(dir.resolve("real")).toRealPath();
        Files.createSymbolicLink(dir.resolve("link"), real);
        DestinationInfo direct = infoOf(real.resolve("a"));
        assertThat(direct.location()).isEqualTo("file:" + real.resolve("a"));
        assertThat(infoOf(dir.resolve("link/a"))).isEqualTo(direct);
        assertThat(infoOf(dir.resolve("link/a/b")).overlaps(direct)).isTrue();
        assertThat(infoOf(dir.resolve("link/ab")).overlaps(direct)).isFalse();
    }

    @Test
    void opening_leaves_nothing_but_the_root_behind() throws IOException {
        try (Destination destination = Tree.open(dir.resolve("r"))) {
            assertThat(keys(destination)).isEmpty();
            assertThat(Heartbeats.running()).isZero();
        }
        assertThat(Tree.files(dir)).containsExactly("r/");
    }

    private static DestinationInfo infoOf(Path path) {
        try (Destination destination = Tree.open(path)) {
            return destination.info();
        }
    }

    private static Destination openUri(String uri) {
        return new FsDestinationProvider().open(DestinationConfig.of(URI.create(uri)));
    }
}

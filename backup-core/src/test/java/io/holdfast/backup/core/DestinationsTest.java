package io.holdfast.backup.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationProvider;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationsTest {
    @TempDir
    Path directory;

    /** A second provider of the kind and scheme of the directory driver. */
    public static final class Rival implements DestinationProvider {
        @Override
        public String kind() {
            return "fs";
        }

        @Override
        public Set<String> uriSchemes() {
            return Set.of("file");
        }

        @Override
        public Destination open(DestinationConfig config) {
            throw new AssertionError("must not be asked");
        }
    }

    @Test
    void a_uri_and_a_kind_with_properties_mean_the_same() {
        try (Destination byUri = Destinations.open(directory.toUri());
                Destination byKind =
                        Destinations.open(DestinationConfig.of("fs", Map.of("path", directory.toString())))) {
            assertThat(byUri.info()).isEqualTo(byKind.info());
        }
    }

    @Test
    void an_unknown_kind_or_scheme_is_answered_with_those_there_are() {
        requireRefused(() -> Destinations.open(URI.create("gopher://host/path")), "\"gopher\"", "fs [file]");
        requireRefused(() -> Destinations.open(DestinationConfig.of("tape", Map.of())), "\"tape\"", "fs [file]");
    }

    @Test
    void a_uri_without_a_scheme_is_refused() {
        requireRefused(() -> Destinations.open(URI.create("/var/backups")), "scheme");
    }

    @Test
    void what_is_no_uri_is_refused_without_being_quoted() {
        requireRefused(() -> Destinations.open("s3://bucket?secret-key=dummy key"), "character");
        assertThatThrownBy(() -> Destinations.open("s3://bucket?secret-key=dummy key"))
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain("dummy"));
    }

    @Test
    void two_providers_of_one_kind_are_refused_by_their_names() throws IOException {
        try (URLClassLoader loader = withProvider(Rival.class.getName())) {
            requireRefused(
                    () -> Destinations.open(DestinationConfig.of("fs", Map.of()), loader),
                    Rival.class.getName(),
                    "FsDestinationProvider");
        }
    }

    @Test
    void a_provider_that_cannot_be_loaded_is_named() throws IOException {
        try (URLClassLoader loader = withProvider("no.such.Provider")) {
            requireRefused(() -> Destinations.open(DestinationConfig.of("fs", Map.of()), loader), "no.such.Provider");
        }
    }

    private URLClassLoader withProvider(String className) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(DestinationProvider.class.getName()), className);
        return new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
    }

    private static void requireRefused(ThrowingCallable open, String... words) {
        assertThatThrownBy(open)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_CONFIG_INVALID))
                .hasMessageContainingAll(words);
    }
}

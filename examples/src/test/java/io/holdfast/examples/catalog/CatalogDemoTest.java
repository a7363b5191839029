package io.holdfast.examples.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogDemoTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Path tree;
    private String backups;

    @BeforeEach
    void make_a_tree() throws IOException {
        tree = Files.createDirectories(directory.resolve("tree/sub"));
        for (int i = 0; i < 50; i++) {
            Files.writeString(tree.resolve("file-" + i), "content " + i);
        }
        backups = directory.resolve("backups").toString();
    }

    @Test
    void the_main_job_ends_with_a_good_verdict_again_and_again() {
        String work = directory.resolve("work").toString();
        for (int i = 0; i < 2; i++) {
            int status = run("--work", work, tree.toString());

            assertThat(text()).contains("VERDICT: all 51 entries came back as they were.");
            assertThat(status).isZero();
        }
    }

    @Test
    void the_single_commands_go_from_backup_to_restore() {
        String store = directory.resolve("catalog").toString();
        String fresh = directory.resolve("fresh").toString();

        assertThat(run("backup", "--destination", backups, "--store", store, tree.toString()))
                .isZero();
        assertThat(run("list", "--destination", backups)).isZero();
        assertThat(text()).contains("available").contains("never");
        assertThat(run("verify", "--destination", backups)).isZero();
        assertThat(run("list", "--destination", backups)).isZero();
        assertThat(text()).contains("decoded sound");
        assertThat(run("show", "--destination", backups)).isZero();
        assertThat(text()).contains("h2-mvstore");
        assertThat(run("restore", "--destination", backups, "--store", fresh)).isZero();
        assertThat(text()).contains("51 entries restored");
        assertThat(run("restore", "--destination", backups, "--store", fresh)).isOne();
        assertThat(text()).contains("restore_destination_not_empty");
    }

    @Test
    void the_main_job_ends_with_the_same_verdict_when_it_is_encrypted() throws IOException {
        String key = "file:" + makeKey("secret");
        int status = run("--work", directory.resolve("work").toString(), "--encrypt", key, tree.toString());

        assertThat(text()).contains("VERDICT: all 51 entries came back as they were.");
        assertThat(status).isZero();
        String stored = directory.resolve("work/backups").toString();
        assertThat(run("show", "--destination", stored, "--encrypt", key)).isZero();
        assertThat(text()).contains("aes-256-gcm");
        // Without the key nothing that lies there is believed.
        assertThat(run("list", "--destination", stored)).isZero();
        assertThat(text()).contains("damaged").doesNotContain("available");
        assertThat(run("verify", "--destination", stored)).isOne();
    }

    @Test
    void a_host_with_a_public_key_backs_up_and_only_the_private_key_restores() throws IOException {
        Path pair = makeKey("pair");
        String recipient = after("--encrypt x25519");
        Path repositoryKey = makeKey("repository");
        String id = after("--repository-key-id ");
        String store = directory.resolve("catalog").toString();
        String fresh = directory.resolve("fresh").toString();
        String[] here = {
            "--destination", backups, "--encrypt", "x25519" + recipient, "--repository-key", "file:" + repositoryKey
        };
        String[] elsewhere = {"--destination", backups, "--identity", "file:" + pair, "--repository-key-id", id};

        assertThat(run(here, "backup", "--store", store, tree.toString())).isZero();
        assertThat(run(here, "list")).isZero();
        assertThat(run(here, "restore", "--store", fresh)).isOne();
        assertThat(text()).contains("encryption_key_unavailable");
        assertThat(run(elsewhere, "restore", "--store", fresh)).isZero();
        assertThat(text()).contains("51 entries restored");
    }

    @Test
    void a_key_is_made_for_its_owner_only_never_shown_and_never_replaced() throws IOException {
        Path key = makeKey("secret");
        assertThat(Files.getPosixFilePermissions(key)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(key).hasSize(32);
        assertThat(text()).doesNotContain(HexFormat.of().formatHex(Files.readAllBytes(key)));
        assertThat(run("make-key", key.toString())).isOne();
    }

    private Path makeKey(String name) {
        Path key = directory.resolve(name);
        assertThat(run("make-key", key.toString())).isZero();
        return key;
    }

    /** The word that follows what the last command printed. */
    private String after(String words) {
        return text().substring(text().indexOf(words) + words.length()).split("\\s")[0];
    }

    private int run(String[] options, String... args) {
        return run(Stream.concat(Stream.of(args), Stream.of(options)).toArray(String[]::new));
    }

    @Test
    void a_damaged_backup_makes_the_commands_fail() throws IOException {
        String store = directory.resolve("catalog").toString();
        run("backup", "--destination", backups, "--store", store, tree.toString());
        try (Stream<Path> files = Files.walk(Path.of(backups))) {
            Path payload = files.filter(file -> file.endsWith("payload.bin"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(payload);
            bytes[bytes.length / 2] ^= 1;
            Files.write(payload, bytes);
        }

        assertThat(run("verify", "--destination", backups, "--level", "digest")).isOne();
        assertThat(text()).contains("integrity_mismatch");
        assertThat(run(
                        "restore",
                        "--destination",
                        backups,
                        "--store",
                        directory.resolve("fresh").toString()))
                .isOne();
        assertThat(run("list", "--destination", backups)).isZero();
        assertThat(text()).contains("damaged");
    }

    @Test
    void a_command_line_that_makes_no_sense_shows_the_usage() {
        assertThat(run("list")).isEqualTo(2);
        assertThat(text()).contains("--destination is missing").contains("Usage");
        assertThat(run("--colour", "red")).isEqualTo(2);
    }

    private int run(String... args) {
        printed.reset();
        return CatalogDemo.run(new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8), false), args);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}

package io.holdfast.backup.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tars with right checksums that somebody made on purpose: each breaks one rule, and only that. */
class HostileTarTest {
    private static final SnapshotFormat SEGMENTS = new SnapshotFormat("segments", 2);

    @TempDir
    Path directory;

    private Path target;

    @BeforeEach
    void make_a_target() throws IOException {
        target = Files.createDirectories(directory.resolve("deep/target"));
    }

    @Test
    void a_forged_tar_that_breaks_no_rule_is_accepted() throws IOException {
        byte[] tar = forge().directory("d")
                .file("d/f")
                .extended(Map.of("path", "n".repeat(200)))
                .end(3, 2);

        extract(tar);
        assertThat(Trees.contentOf(target)).containsOnlyKeys("d/", "d/f", "n".repeat(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/abs", "//abs", "../up", "..", ".", "d/../../up", "d/..", "./f", "d/./f", "d//f"})
    void a_name_that_leads_elsewhere_is_refused(String name) throws IOException {
        assertRefused(forge().directory("d").file(name).end(2, 1), "a relative path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"f/", "d/", "/"})
    void a_file_with_the_name_of_a_directory_is_refused(String name) throws IOException {
        assertRefused(
                forge().directory("d").claim(name, (byte) '0', 1, new byte[512]).end(2, 1), "a relative path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up", "..", "d/../../up", "d/./f"})
    void a_name_that_leads_elsewhere_by_an_extended_header_is_refused(String name) throws IOException {
        assertRefused(forge().directory("d").extended(Map.of("path", name)).end(2, 1), "a relative path");
    }

    @Test
    void an_absolute_name_in_an_extended_header_stays_inside() throws IOException {
        // The library takes the slash away.
        extract(forge().extended(Map.of("path", "/abs")).end(1));

        assertThat(Trees.contentOf(target)).containsOnlyKeys("abs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\b", "..\\up", "C:\\f", "a\0b", "a\nb", "a\u0085b", "a\ufffdb"})
    void a_name_that_is_no_portable_text_is_refused(String name) throws IOException {
        assertRefused(forge().extended(Map.of("path", name)).end(1), "characters that every system can take");
    }

    @ParameterizedTest
    @ValueSource(strings = {".holdfast", ".holdfast/f", ".HOLDFAST/f", ".holdfast/begin"})
    void the_tars_own_names_are_refused(String name) throws IOException {
        assertRefused(forge().file(name).end(1), "any name but .holdfast");
    }

    @Test
    void names_that_are_too_long_or_too_deep_are_refused() throws IOException {
        assertRefused(forge().extended(Map.of("path", "n".repeat(1_025))).end(1), "a path of at most 1024 bytes");
        assertRefused(forge().extended(Map.of("path", "ä".repeat(600))).end(1), "a path of at most 1024 bytes");
        assertRefused(forge().file("d/".repeat(32) + "f").end(1), "a path of at most 32 names");
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6', '7', 'D', 'M', 'N', 'V', 'Z', '\0'})
    void links_devices_and_unknown_types_are_refused(char flag) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry("e", (byte) flag, true);
        entry.setLinkName("/etc/passwd");

        assertRefused(forge().entry(entry, "").end(1, 0), "files and directories only");
    }

    @Test
    void a_file_behind_a_link_is_refused_with_the_link() throws IOException {
        TarArchiveEntry link = new TarArchiveEntry("d", (byte) '2', true);
        link.setLinkName(directory.toString());

        assertRefused(forge().entry(link, "").file("d/f").end(2, 1), "files and directories only");
    }

    @Test
    void sparse_files_are_refused() throws IOException {
        assertRefused(
                forge().headers(Map.of("GNU.sparse.size", "1000", "GNU.sparse.map", "0,1"))
                        .file("f")
                        .end(1),
                "no extended headers");
        assertRefused(
                forge().headers(Map.of("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "1000"))
                        .claim("f", (byte) '0', 513, Arrays.copyOf("1\n0\n1\n".getBytes(), 1_024))
                        .end(1),
                "no extended headers");
        assertRefused(forge().claim("f", (byte) 'S', 1, new byte[512]).end(1), "files and directories only");
    }

    @Test
    void unknown_extended_headers_are_refused() throws IOException {
        assertRefused(forge().extended(Map.of("SCHILY.xattr.user.x", "y")).end(1), "no extended headers");
    }

    @Test
    void a_path_that_comes_twice_is_refused() throws IOException {
        assertRefused(forge().file("f").file("f").end(2), "every path once");
        assertRefused(forge().file("f").file("F").end(2), "differs only by case");
        assertRefused(forge().file("\u00e9").file("e\u0301").end(2), "every path once");
        assertRefused(forge().file("stra\u00dfe").file("STRASSE").end(2), "every path once");
        assertRefused(forge().directory("d").directory("d").end(2, 0), "every path once");
        assertRefused(forge().directory("d").file("d").end(2, 1), "every path once");
    }

    @Test
    void a_file_whose_directory_does_not_come_first_is_refused() throws IOException {
        assertRefused(forge().file("d/f").end(1), "its directory before it");
        assertRefused(forge().file("d").file("d/f").end(2), "its directory before it");
        assertRefused(forge().directory("d").file("D/f").end(2, 1), "its directory before it");
    }

    @Test
    void a_directory_with_content_is_refused() throws IOException {
        assertRefused(forge().claim("d/", (byte) '5', 7, new byte[512]).end(1, 7), "a directory without content");
    }

    @Test
    void sizes_that_are_only_claimed_are_refused() throws IOException {
        TarLimits small = TarLimits.DEFAULT.withMaxFileBytes(1 << 20);
        byte[] claim =
                forge().claim("f", (byte) '0', 10L << 30, new byte[4_096]).cut();

        assertRefused(new CheckpointTar(SEGMENTS, small), claim, "a file of at most 1048576 bytes");
        assertRefused(claim, "the content of an entry");
        assertRefused(
                forge().claim("f", (byte) '0', Long.MAX_VALUE, new byte[4_096]).cut(), "a file of at most");
    }

    @Test
    void headers_without_end_are_refused() throws IOException {
        assertRefused(
                forge().extended(Map.of("comment", "c".repeat(1 << 20))).end(1), "the headers of an entry to end");
        assertRefused(
                forge().claim("x", (byte) 'x', 10L << 30, new byte[1 << 20]).cut(), "the header");
        assertRefused(
                forge().claim("g", (byte) 'g', 10L << 30, new byte[1 << 20]).cut(), "the header");
        assertRefused(
                forge().claim("x", (byte) 'x', 1 << 20, "1048576 path=".getBytes())
                        .claim("p", (byte) '0', 1, new byte[1 << 20])
                        .cut(),
                "the header");
        assertRefused(forge().gnuNames().file("n".repeat(20_000)).end(1), "the headers of an entry to end");
        ForgedTar chain = forge();
        for (int i = 0; i < 100; i++) {
            chain.claim("x", (byte) 'x', 512, ForgedTar.padded(ForgedTar.record("comment=" + "c".repeat(499))));
        }
        assertRefused(chain.file("f").end(1), "the header");
        ForgedTar globals = forge();
        for (int i = 0; i < 100; i++) {
            globals.claim("g", (byte) 'g', 512, ForgedTar.padded(ForgedTar.record("comment=" + "c".repeat(499))));
        }
        assertRefused(globals.file("f").end(1), "the header");
    }

    @Test
    void numbers_in_the_last_entry_that_do_not_agree_are_refused() throws IOException {
        assertRefused(forge().file("f").end(2, 1), "in the last entry");
        assertRefused(forge().file("f").end(1, 2), "in the last entry");
        assertRefused(forge().end(1, 0), "in the last entry");
    }

    @Test
    void what_is_no_tar_of_ours_is_refused() throws IOException {
        byte[] whole = forge().file("f").end(1);
        assertRefused(Arrays.copyOfRange(whole, 1_024, whole.length), ".holdfast/begin as the first entry");
        assertRefused(new byte[10_240], ".holdfast/end as the last entry");
        assertRefused("a short text".getBytes(), ".holdfast/end as the last entry");
        for (int seed = 0; seed < 200; seed++) {
            byte[] garbage = new byte[2_048];
            new Random(seed).nextBytes(garbage);
            assertRefused(garbage, "the header of an entry");
        }
    }

    @Test
    void a_sound_first_entry_of_another_form_is_a_mismatch_of_versions() throws IOException {
        TarSeal seal = new TarSeal();
        byte[] tar = forge().end(0);
        byte[] text = new String(tar, 512, 200)
                .lines()
                .findFirst()
                .orElseThrow()
                .replace("checkpoint 1", "checkpoint 2")
                .getBytes();
        System.arraycopy(text, 0, tar, 512, text.length);
        int lines = new String(tar, 512, 512).indexOf("sha256 ");
        seal.update(tar, 0, 512 + lines);
        byte[] line = seal.line(new byte[0]);
        System.arraycopy(line, 0, tar, 512 + lines, line.length);

        assertThatThrownBy(() -> extract(tar))
                .isInstanceOf(SchemaVersionMismatchException.class)
                .hasMessageContaining("holdfast checkpoint 1")
                .hasMessageContaining("holdfast checkpoint 2");
    }

    @Test
    void forged_bytes_between_sound_seals_never_do_more_than_fail() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ForgedTar tar = forge().directory("d").file("d/f");
            byte[] good = tar.cut();
            byte[] bytes = Arrays.copyOf(good, good.length + 1_024);
            int flips = 1 + random.nextInt(6);
            for (int i = 0; i < flips; i++) {
                bytes[1_024 + random.nextInt(bytes.length - 1_024)] = (byte) random.nextInt();
            }
            try (InputStream in = new ByteArrayInputStream(bytes)) {
                assertThatThrownBy(() -> new CheckpointTar(SEGMENTS).extract(in, target, ScriptedContext.quiet()))
                        .as("seed %d", seed)
                        .isInstanceOf(RestoreCorruptException.class);
            }
            assertNothingLeft();
        }
    }

    private static ForgedTar forge() throws IOException {
        return new ForgedTar(SEGMENTS);
    }

    private void extract(byte[] tar) throws IOException {
        new CheckpointTar(SEGMENTS).extract(new ByteArrayInputStream(tar), target, ScriptedContext.quiet());
    }

    private void assertRefused(byte[] tar, String why) throws IOException {
        assertRefused(new CheckpointTar(SEGMENTS), tar, why);
    }

    private void assertRefused(CheckpointTar reader, byte[] tar, String why) throws IOException {
        assertThatThrownBy(() -> reader.extract(new ByteArrayInputStream(tar), target, ScriptedContext.quiet()))
                .isInstanceOf(RestoreCorruptException.class)
                .hasMessageContaining(why);
        assertNothingLeft();
    }

    private void assertNothingLeft() throws IOException {
        assertThat(Trees.contentOf(directory)).isEqualTo(Map.of("deep/", "", "deep/target/", ""));
    }
}

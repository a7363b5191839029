package io.holdfast.backup.destination.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real faults of real file systems. Skipped, visibly, where they cannot be made. */
@Tag("root")
class FaultsTest {
    @TempDir
    Path dir;

    private final List<Path> mounts = new ArrayList<>();

    @AfterEach
    void unmount() throws Exception {
        for (Path mount : mounts) {
            run("umount", "-l", mount.toString());
        }
    }

    @Test
    void a_full_disk_is_no_space_and_leaves_nothing() throws Exception {
        Path root = mountTmpfs("64m");
        try (Destination destination = Tree.open(root)) {
            Tree.put(destination, "a/first", new byte[40 << 20]);
            ObjectUpload upload = destination.upload("a/b/second");
            try (upload) {
                Tree.assertFails(ErrorCode.DESTINATION_NO_SPACE, () -> upload.write(new byte[30 << 20]));
                assertThat(Tree.files(root)).containsExactly("a/", "a/first");
                Tree.assertFails(ErrorCode.DESTINATION_NO_SPACE, upload::commit);
            }
            assertThat(Tree.keys(destination)).containsExactly("a/first");
            destination.delete("a/first");
            Tree.put(destination, "a/third", new byte[30 << 20]);
        }
    }

    @Test
    void a_full_disk_past_the_cache_is_no_space_and_leaves_nothing() throws Exception {
        Path root = mountDisk("64m");
        try (Destination destination = Tree.open(root)) {
            Tree.put(destination, "a/first", new byte[30 << 20]);
            ObjectUpload upload = destination.upload("a/b/second");
            try (upload) {
                Tree.assertFails(ErrorCode.DESTINATION_NO_SPACE, () -> upload.write(new byte[60 << 20]));
                Tree.assertFails(ErrorCode.DESTINATION_NO_SPACE, upload::commit);
            }
            assertThat(Tree.keys(destination)).containsExactly("a/first");
            destination.delete("a/first");
            Tree.put(destination, "a/third", new byte[30 << 20]);
        }
    }

    @Test
    void a_full_disk_is_recognised_in_any_language() throws Exception {
        Path root = mountTmpfs("1m");
        Files.write(root.resolve("a"), new byte[1 << 20]);
        IOException foreign = new IOException("Auf dem Datenträger ist kein Platz mehr");
        assertThat(FsErrors.codeOf(foreign, root.resolve("x/y"))).isEqualTo(ErrorCode.DESTINATION_NO_SPACE);
    }

    @Test
    void a_read_only_mount_can_be_read_and_refuses_the_rest() throws Exception {
        Path root = mountTmpfs("8m");
        try (Destination destination = Tree.open(root)) {
            Tree.put(destination, "a/b", "text");
        }
        assumeTrue(run("mount", "-o", "remount,ro", root.toString()) == 0, "cannot remount");
        try (Destination destination = Tree.open(root)) {
            assertThat(Tree.get(destination, "a/b")).isEqualTo("text");
            assertThat(Tree.keys(destination)).containsExactly("a/b");
            Tree.assertFails(ErrorCode.DESTINATION_PERMISSION_DENIED, () -> destination.upload("a/c"));
            Tree.assertFails(ErrorCode.DESTINATION_PERMISSION_DENIED, () -> destination.delete("a/b"));
            assertThat(destination.check())
                    .filteredOn(finding -> finding.severity() == Finding.Severity.ERROR)
                    .extracting(Finding::code)
                    .containsExactly("destination_permission_denied");
        }
    }

    @Test
    void an_unmounted_root_is_not_found_and_not_empty() throws Exception {
        Path root = mountTmpfs("8m");
        try (Destination destination = Tree.open(root)) {
            Tree.put(destination, "a/b", "text");
            assertThat(run("umount", root.toString())).isZero();
            mounts.clear();
            assertThat(Tree.files(root)).isEmpty();
            Tree.assertFails(ErrorCode.DESTINATION_NOT_FOUND, () -> destination.stat("a/b"));
            Tree.assertFails(ErrorCode.DESTINATION_NOT_FOUND, () -> Tree.keys(destination));
            Tree.assertFails(ErrorCode.DESTINATION_NOT_FOUND, () -> destination.upload("a/c"));
        }
    }

    @Test
    void a_check_warns_of_a_file_system_that_a_restart_loses() throws Exception {
        try (Destination destination = Tree.open(mountTmpfs("8m"))) {
            assertThat(destination.check())
                    .extracting(Finding::code)
                    .containsExactlyInAnyOrder("volatile_filesystem", "low_space");
        }
    }

    @Test
    void denied_is_never_missing() throws Exception {
        Path root = Files.createDirectory(dir.resolve("base"));
        try (Destination destination = Tree.open(root)) {
            Tree.put(destination, "closed/a", "1");
            Tree.put(destination, "open/a", "1");
        }
        Files.createDirectory(root.resolve("fixed"));
        Files.writeString(root.resolve("fixed/a"), "1");
        permit(dir, "rwxr-xr-x");
        permit(root, "rwxr-xr-x");
        permit(root.resolve("open"), "rwxr-xr-x");
        permit(root.resolve("fixed"), "rwxr-xr-x");
        permit(root.resolve("closed"), "---------");
        try (ChildProcess child = unprivileged().start(root)) {
            assertThat(child.ask("open")).startsWith("ok");
            for (String command : List.of(
                    "stat closed/a",
                    "stat closed/x",
                    "read closed/a",
                    "read closed/x",
                    "read open/a",
                    "list",
                    "delete closed/a",
                    "delete fixed/a",
                    "upload closed/b",
                    "upload x/y",
                    "discard")) {
                assertThat(child.ask(command)).as(command).startsWith("destination_permission_denied ");
            }
            assertThat(child.ask("stat fixed/a")).isEqualTo("ok true");
            assertThat(child.ask("read fixed/a")).isEqualTo("ok 1");
            assertThat(child.ask("check")).startsWith("ok [destination_permission_denied");
        }
        permit(root.resolve("closed"), "rwx------");
    }

    @Test
    void a_root_that_may_not_be_read_or_created_is_refused_at_open() throws Exception {
        Path closed = Files.createDirectory(dir.resolve("closed"));
        permit(dir, "rwxr-xr-x");
        permit(closed, "rwx--x--x");
        ChildProcess.Launch launch = unprivileged();
        for (Path root : List.of(closed, closed.resolve("a/b"))) {
            try (ChildProcess child = launch.start(root)) {
                assertThat(child.ask("open"))
                        .startsWith("destination_permission_denied ")
                        .contains(closed.toString());
            }
        }
    }

    @Test
    void d3_a_file_that_cannot_be_synced_is_not_published() throws Exception {
        try (ChildProcess child = traced("fsync:error=EIO:when=1")) {
            assertThat(child.ask("put a/b 1000"))
                    .startsWith("destination_unreachable ")
                    .contains("Input/output error");
            assertThat(Tree.files(dir.resolve("base"))).isEmpty();
        }
    }

    @Test
    void d3_a_directory_that_cannot_be_synced_withdraws_the_object() throws Exception {
        for (int failing = 2; failing <= 3; failing++) {
            try (ChildProcess child = traced("fsync:error=EIO:when=" + failing)) {
                assertThat(child.ask("put a/b 1000"))
                        .startsWith("destination_unreachable ")
                        .contains("make durable");
                assertThat(Tree.files(dir.resolve("base"))).isEmpty();
                assertThat(child.ask("put a/b 1000")).isEqualTo("ok");
                child.ask("delete a/b");
            }
        }
    }

    @Test
    void d17_an_object_that_can_neither_be_synced_nor_withdrawn_is_unknown() throws Exception {
        // At open, a file and a link of the probe are removed; at the commit, the temporary file.
        try (ChildProcess child = traced("fsync:error=EIO:when=2", "?unlink,unlinkat:error=EIO:when=4")) {
            assertThat(child.ask("put a/b 1000")).startsWith("destination_outcome_unknown ");
        }
    }

    @Test
    void d3_a_commit_syncs_the_file_and_every_directory_up_to_the_root() throws Exception {
        Path log = dir.resolve("log");
        Path root = Files.createDirectory(dir.resolve("base"));
        requireStrace();
        try (ChildProcess child = ChildProcess.Launch.plain()
                .by("strace", "-f", "-y", "-o", log.toString(), "-e", "trace=fsync,?link,linkat,?unlink,unlinkat")
                .start(root)) {
            child.ask("open");
            child.ask("put a/b/c 1000");
        }
        try (Stream<String> lines = Files.lines(log)) {
            List<String> calls = lines.filter(line -> line.contains("/base") && line.contains("= 0"))
                    .map(line -> line.replaceAll("^\\d+ +(\\w+)\\(.*?(/base[^\">]*)[\">].*$", "$1 $2"))
                    .map(call -> call.replaceAll("holdfast~.*", "~"))
                    .toList();
            assertThat(calls.subList(3, calls.size()))
                    .containsExactly(
                            "fsync /base/a/b/~",
                            "link /base/a/b/~",
                            "unlink /base/a/b/~",
                            "fsync /base/a/b",
                            "fsync /base/a",
                            "fsync /base");
        }
    }

    @Test
    void without_hard_links_nothing_exclusive_is_declared_and_objects_are_written_once_all_the_same() throws Exception {
        Path root = Files.createDirectory(dir.resolve("base"));
        requireStrace();
        try (ChildProcess child = ChildProcess.Launch.plain()
                .by(strace("?link,linkat:error=EPERM"))
                .start(root)) {
            assertThat(child.ask("open")).isEqualTo("ok 0");
            assertThat(child.ask("put a/b 1000")).isEqualTo("ok");
            assertThat(child.ask("put a/b 2000")).startsWith("destination_object_exists ");
            assertThat(child.ask("read a/b")).isEqualTo("ok 1000");
            assertThat(child.ask("check")).contains("no_hard_links");
        }
        assertThat(Tree.files(root)).containsExactly("a/", "a/b");
    }

    private ChildProcess traced(String... injections) throws Exception {
        requireStrace();
        Path root = dir.resolve("base");
        Files.createDirectories(root);
        ChildProcess child = ChildProcess.Launch.plain().by(strace(injections)).start(root);
        assertThat(child.ask("open")).isEqualTo("ok 2");
        return child;
    }

    private static String[] strace(String... injections) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-o", "/dev/null"));
        for (String injection : injections) {
            command.addAll(List.of("-e", "inject=" + injection));
        }
        return command.toArray(String[]::new);
    }

    private static void requireStrace() {
        assumeTrue(canRun("strace", "-f", "-o", "/dev/null", "true"), "strace is not here or not allowed");
    }

    /** A child that permissions bind: this user, or nobody in the place of root. */
    private ChildProcess.Launch unprivileged() throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return ChildProcess.Launch.plain();
        }
        assumeTrue(canRun("setpriv", "--reuid=65534", "true"), "setpriv is not here");
        Path classes = Files.createDirectory(dir.resolve("classes"));
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path source = Path.of(entry);
            if (Files.isDirectory(source) || entry.contains("backup-api") || entry.contains("slf4j")) {
                Path copy = classes.resolve(copies.size() + "-" + source.getFileName());
                copy(source, copy);
                copies.add(copy.toString());
            }
        }
        assertThat(canRun("chmod", "-R", "a+rX", classes.toString())).isTrue();
        return new ChildProcess.Launch(
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                List.of(),
                String.join(File.pathSeparator, copies));
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(source.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private Path mountTmpfs(String size) throws Exception {
        Path mount = Files.createDirectory(dir.resolve("mount"));
        assumeTrue(
                canRun("mount", "-t", "tmpfs", "-o", "mode=700,size=" + size, "tmpfs", mount.toString()),
                "cannot mount");
        mounts.add(mount);
        return mount;
    }

    /** A disk of its own, whose files can be written past the cache, as those of tmpfs cannot. */
    private Path mountDisk(String size) throws Exception {
        Path mount = Files.createDirectory(dir.resolve("disk"));
        Path image = dir.resolve("image");
        assumeTrue(
                canRun("truncate", "-s", size, image.toString())
                        && canRun("mkfs.ext4", "-q", "-m", "0", image.toString())
                        && canRun("mount", "-o", "loop", image.toString(), mount.toString()),
                "cannot make a disk of a file");
        mounts.add(mount);
        return Files.createDirectory(mount.resolve("root"));
    }

    private static boolean canRun(String... command) {
        try {
            return run(command) == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}

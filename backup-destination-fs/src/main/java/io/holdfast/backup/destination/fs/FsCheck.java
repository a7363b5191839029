package io.holdfast.backup.destination.fs;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Tries a destination out, and looks at the file system under it. Used once. */
final class FsCheck {
    private static final byte[] CONTENT = "holdfast check".getBytes(StandardCharsets.US_ASCII);

    private final Destination destination;
    private final RootDirectory root;
    private final long minFree;
    private final String key = "holdfast-check-" + UUID.randomUUID() + "/probe";
    private final List<Finding> findings = new ArrayList<>();

    FsCheck(Destination destination, RootDirectory root, long minFree) {
        this.destination = destination;
        this.root = root;
        this.minFree = minFree;
    }

    List<Finding> run() {
        try {
            root.requirePresent("check");
            tryObject();
            lookAtFileSystem();
            lookAtPermissions();
        } catch (BackupAbortedException e) {
            throw e;
        } catch (BackupException e) {
            findings.add(Finding.error(
                    e.code().wireValue(), e.getMessage() + ". " + e.code().hint()));
        } catch (IOException e) {
            findings.add(Finding.error(
                    FsErrors.codeOf(e, root.path()).wireValue(),
                    "Could not check " + root.path() + ": " + FsErrors.reasonOf(e)));
        }
        return List.copyOf(findings);
    }

    private void tryObject() throws IOException {
        try {
            write();
            writeAgain();
            expect(Arrays.equals(CONTENT, readFrom(0)), "read back what was written");
            expect(readFrom(CONTENT.length).length == 0, "read from the object's end");
            try (Stream<ObjectInfo> listed = destination.list(key, "")) {
                expect(listed.map(ObjectInfo::key).toList().equals(List.of(key)), "list what was written");
            }
        } catch (IOException | RuntimeException e) {
            removeAfter(e);
            throw e;
        }
        destination.delete(key);
        expect(destination.stat(key).isEmpty(), "delete what was written");
    }

    private void removeAfter(Exception failure) {
        boolean interrupted = Thread.interrupted();
        try {
            destination.delete(key);
        } catch (BackupException | IllegalStateException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write() throws IOException {
        try (ObjectUpload upload = destination.upload(key)) {
            upload.write(CONTENT);
            upload.commit();
        }
    }

    private void writeAgain() throws IOException {
        try {
            write();
            expect(false, "refuse to write a key twice");
        } catch (BackupException e) {
            if (e.code() != ErrorCode.DESTINATION_OBJECT_EXISTS) {
                throw e;
            }
        }
    }

    private byte[] readFrom(long offset) throws IOException {
        try (InputStream in = destination.open(key, offset)) {
            return in.readAllBytes();
        }
    }

    private void expect(boolean held, String ability) {
        if (!held) {
            findings.add(Finding.error(
                    "contract_broken",
                    "The file system at " + root.path() + " did not " + ability + "; do not back up to it"));
        }
    }

    private void lookAtFileSystem() throws IOException {
        FileStore store = Files.getFileStore(root.path());
        switch (FileSystemKind.ofType(store.type())) {
            case REMOTE ->
                warn(
                        "remote_filesystem",
                        "is on " + store.type() + ", whose server decides whether commits are exclusive and durable");
            case VOLATILE -> warn("volatile_filesystem", "is on " + store.type() + ": a restart of the host loses it");
            case LOCAL -> {}
        }
        long free = store.getUsableSpace();
        if (free < minFree) {
            warn("low_space", "has " + free + " bytes free, less than the " + minFree + " of min-free");
        }
        if (destination.info().capabilities().isEmpty()) {
            warn("no_hard_links", "has no exclusive hard links: of concurrent commits on one key several may succeed");
        }
        if (!DirectorySync.sync(root.path())) {
            warn(
                    "no_directory_sync",
                    "cannot sync directories: a crash of the host may lose what was committed just before");
        }
    }

    private void lookAtPermissions() throws IOException {
        if (!PrivateFiles.permissionsSupported(root.path())) {
            warn(
                    "no_permissions",
                    "has no POSIX permissions: who may read the backups is up to the directory's own rules");
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(root.path());
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            warn("root_writable_by_others", "may be written to by other users, who could remove or replace backups");
        } else if (permissions.contains(PosixFilePermission.GROUP_READ)
                || permissions.contains(PosixFilePermission.OTHERS_READ)) {
            findings.add(Finding.info(
                    "root_readable_by_others",
                    root.path() + " may be listed by other users; the objects in folders may not"));
        }
    }

    private void warn(String code, String what) {
        findings.add(Finding.warning(code, root.path() + " " + what));
    }
}

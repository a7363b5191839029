package io.holdfast.backup.destination.fs;

import java.util.Locale;
import java.util.Set;

/** What the name of a file system's type tells about its promises. */
enum FileSystemKind {
    LOCAL,
    REMOTE,
    VOLATILE;

    private static final Set<String> REMOTE_TYPES = Set.of(
            "9p",
            "afs",
            "afpfs",
            "ceph",
            "cifs",
            "glusterfs",
            "lustre",
            "nfs",
            "nfs3",
            "nfs4",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "virtiofs",
            "webdav");
    private static final Set<String> VOLATILE_TYPES = Set.of("tmpfs", "ramfs");

    static FileSystemKind ofType(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        if (name.startsWith("fuse") || name.startsWith("macfuse") || REMOTE_TYPES.contains(name)) {
            return REMOTE;
        }
        return VOLATILE_TYPES.contains(name) ? VOLATILE : LOCAL;
    }
}

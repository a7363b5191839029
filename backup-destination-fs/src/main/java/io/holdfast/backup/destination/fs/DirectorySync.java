package io.holdfast.backup.destination.fs;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes the entries of a directory durable (D3). */
final class DirectorySync {
    private DirectorySync() {}

    /**
     * Waits until the directory's entries are on the disk. An interrupt does not break it off: after a commit has become
     * visible, its outcome must be known. (This is why it is no FileChannel, which closes itself then.)
     *
     * @return false if this platform or this file system has no such operation
     */
    static boolean sync(Path directory) throws IOException {
        if (!PrivateFiles.permissionsSupported(directory)) {
            return false;
        }
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
        } catch (IOException e) {
            // How some network and user space file systems say that they cannot.
            if (FsErrors.reasonOf(e).equals("Invalid argument")) {
                return false;
            }
            throw e;
        }
    }
}

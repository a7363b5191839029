package io.holdfast.examples.catalog;

import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.key.RepositoryKey;
import io.holdfast.backup.core.key.X25519;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** Makes keys. 32 random bytes can be any kind of key; the references say which. */
final class KeyMaker {
    private KeyMaker() {}

    /** Makes a file with a key that only its owner can read, and shows how to refer to it; never the key. */
    static void make(Screen screen, Path file) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        try (KeyMaterial key = KeyMaterial.random();
                RepositoryKey asRepositoryKey = new RepositoryKey(key)) {
            write(path, key);
            screen.line("made             %s", path);
            screen.line("as a secret key  --encrypt file:%s", path);
            screen.line("as a key pair    --encrypt %s", X25519.recipient(key));
            screen.line("                 --identity file:%s   (this file is the private key)", path);
            screen.line("as the           --repository-key file:%s", path);
            screen.line("repository key   --repository-key-id %s", asRepositoryKey.id());
            screen.line("Use it as one of the three only, and keep a copy where the backups are not.");
        }
    }

    private static void write(Path path, KeyMaterial key) throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        byte[] bytes = key.getEncoded();
        try (FileChannel channel =
                FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}

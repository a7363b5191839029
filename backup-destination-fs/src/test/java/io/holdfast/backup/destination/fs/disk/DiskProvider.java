package io.holdfast.backup.destination.fs.disk;

import static io.holdfast.backup.destination.fs.disk.DiskPath.real;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Asks the {@link Disk} before each operation, and tells it what changed. */
final class DiskProvider extends FileSystemProvider {
    private final FileSystemProvider files;
    private final Disk disk;

    DiskProvider(FileSystemProvider files, Disk disk) {
        this.files = files;
        this.disk = disk;
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        boolean creates = options.contains(StandardOpenOption.CREATE_NEW);
        disk.before(creates ? Disk.Operation.WRITE : Disk.Operation.READ, path);
        FileChannel channel = files.newFileChannel(real(path), options, attributes);
        if (creates) {
            disk.created(real(path));
        }
        return new DiskFile(channel, path, disk, options.contains(ExtendedOpenOption.DIRECT));
    }

    @Override
    public AsynchronousFileChannel newAsynchronousFileChannel(
            Path path,
            Set<? extends OpenOption> options,
            @Nullable ExecutorService executor,
            FileAttribute<?>... attributes)
            throws IOException {
        disk.before(Disk.Operation.READ, path);
        return new DiskDirectory(
                files.newAsynchronousFileChannel(real(path), options, executor, attributes), path, disk);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        disk.before(Disk.Operation.LIST, path);
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> found = files.newDirectoryStream(real(path), child -> true)) {
            for (Path child : found) {
                children.add(new DiskPath((DiskFileSystem) path.getFileSystem(), child));
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return disk.children(path, children);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        disk.before(Disk.Operation.WRITE, path);
        files.createDirectory(real(path), attributes);
        disk.created(real(path));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        disk.before(Disk.Operation.WRITE, link);
        disk.requireHardLinks(link);
        disk.publish(link, () -> files.createLink(real(link), real(existing)));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        disk.before(Disk.Operation.WRITE, target);
        disk.publish(target, () -> files.move(real(source), real(target), options));
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.before(Disk.Operation.DELETE, path);
        files.delete(real(path));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        disk.before(Disk.Operation.READ, path);
        return files.isSameFile(real(path), real(other));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        disk.before(Disk.Operation.READ, path);
        files.checkAccess(real(path), modes);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        disk.before(Disk.Operation.READ, path);
        return files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        disk.before(Disk.Operation.READ, path);
        return files.readAttributes(real(path), attributes, options);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        disk.before(Disk.Operation.WRITE, path);
        files.setAttribute(real(path), attribute, value, options);
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return files.getFileStore(real(path));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return files.isHidden(real(path));
    }

    @Override
    public String getScheme() {
        return "disk";
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }
}

package io.holdfast.backup.destination.fs.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An open file: what is forced is what a power cut leaves. */
final class DiskFile extends FileChannel {
    private final FileChannel real;
    private final Path path;
    private final Disk disk;
    private final boolean direct;

    DiskFile(FileChannel real, Path path, Disk disk, boolean direct) {
        this.real = real;
        this.path = path;
        this.disk = disk;
        this.direct = direct;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        disk.before(Disk.Operation.READ, path);
        disk.beforeReadAt(path);
        beforeDirect();
        return real.read(target, position);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        disk.before(Disk.Operation.WRITE, path);
        disk.stall(real);
        beforeDirect();
        return real.write(source, position);
    }

    private void beforeDirect() throws IOException {
        if (direct) {
            disk.beforeDirect(path);
        }
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.before(Disk.Operation.WRITE, path);
        real.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.before(Disk.Operation.WRITE, path);
        disk.stall(real);
        real.force(metaData);
        disk.forced(DiskPath.real(path));
    }

    @Override
    public long size() throws IOException {
        disk.before(Disk.Operation.READ, path);
        return real.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
        disk.closed();
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}

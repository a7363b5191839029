package io.holdfast.backup.destination.fs.disk;

import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The real disk with faults in front of it and a memory of what has been synced. Thread-safe. */
public final class Disk implements FaultInjection {
    enum Operation {
        READ,
        LIST,
        WRITE,
        DELETE,
        SYNC_DIRECTORY
    }

    /** Something that changes the disk. */
    interface Change {
        void apply() throws IOException;
    }

    private final Durability durability = new Durability();
    private final boolean hardLinks;
    /** How many reads and writes past the page cache succeed before each is refused. */
    private final AtomicInteger directAccesses;

    /** Guarded by this. */
    private @Nullable Active active;

    private static final class Active {
        private final Fault fault;
        private final AtomicReference<@Nullable Runnable> onHit;
        private final AtomicInteger reads = new AtomicInteger();

        Active(Fault fault, Runnable onHit) {
            this.fault = fault;
            this.onHit = new AtomicReference<>(onHit);
        }

        void tellOnce() {
            Runnable first = onHit.getAndSet(null);
            if (first != null) {
                first.run();
            }
        }
    }

    private Disk(boolean hardLinks, int directAccesses) {
        this.hardLinks = hardLinks;
        this.directAccesses = new AtomicInteger(directAccesses);
    }

    /** Returns a disk that can what the real one can. */
    public static Disk ordinary() {
        return new Disk(true, Integer.MAX_VALUE);
    }

    /** Returns a disk whose file system knows no hard links, as FAT does. */
    public static Disk withoutHardLinks() {
        return new Disk(false, Integer.MAX_VALUE);
    }

    /** Returns a disk whose file system lets files be opened past the page cache, and refuses what is done there from some time on. */
    public static Disk allowingDirectAccesses(int count) {
        return new Disk(true, count);
    }

    /** Returns a real path as it is seen through this disk. */
    public Path path(Path real) {
        return new DiskFileSystem(real.getFileSystem(), this).getPath(real.toString());
    }

    /** Writes what a power cut now would leave of a real directory into another one, which is empty. */
    public void cutPower(Path directory, Path target) throws IOException {
        durability.copyTo(directory, target);
    }

    @Override
    public Set<Fault> supported() {
        return EnumSet.complementOf(EnumSet.of(Fault.THROTTLED));
    }

    @Override
    public synchronized Injection inject(Fault fault, Runnable onHit) {
        Active begun = new Active(fault, onHit);
        active = begun;
        return () -> end(begun);
    }

    private synchronized void end(Active begun) {
        if (active == begun) {
            active = null;
            notifyAll();
        }
    }

    /** Returns the fault if it is in force, and runs what waits for its first hit. */
    private @Nullable Active hit(Fault fault) {
        Active now = inForce(fault);
        if (now != null) {
            now.tellOnce();
        }
        return now;
    }

    private synchronized @Nullable Active inForce(Fault fault) {
        return active != null && active.fault == fault ? active : null;
    }

    void before(Operation operation, Path path) throws IOException {
        if (hit(Fault.DENIED) != null) {
            throw new AccessDeniedException(path.toString());
        }
        if (hit(Fault.UNREACHABLE) != null) {
            throw inputOutputError(path);
        }
        if (operation == Operation.WRITE && hit(Fault.NO_SPACE) != null) {
            throw new FileSystemException(path.toString(), null, "No space left on device");
        }
    }

    void beforeDirect(Path path) throws IOException {
        if (directAccesses.getAndDecrement() <= 0) {
            throw new FileSystemException(path.toString(), null, "Invalid argument");
        }
    }

    /** Lets the first read through, and none after it. */
    void beforeReadAt(Path path) throws IOException {
        Active now = hit(Fault.READ_BREAKS);
        if (now != null && now.reads.getAndIncrement() > 0) {
            throw inputOutputError(path);
        }
    }

    /** Returns a directory's children, of which the fault lets only the first half through. */
    Iterator<Path> children(Path directory, List<Path> children) {
        if (children.size() < 2 || hit(Fault.LIST_BREAKS) == null) {
            return children.iterator();
        }
        Iterator<Path> half = children.subList(0, children.size() / 2).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Path next() {
                if (half.hasNext()) {
                    return half.next();
                }
                throw new DirectoryIteratorException(inputOutputError(directory));
            }
        };
    }

    /** Makes an object visible; the system's answer, or the order itself, may get lost. */
    void publish(Path target, Change change) throws IOException {
        if (takeOnce(Fault.COMMIT_REQUEST_LOST)) {
            throw inputOutputError(target);
        }
        boolean answerLost = takeOnce(Fault.COMMIT_ANSWER_LOST);
        change.apply();
        if (answerLost) {
            throw inputOutputError(target);
        }
    }

    /** Like {@link #hit}, and the fault ends before what waits for it runs. */
    private boolean takeOnce(Fault fault) {
        Active now = inForce(fault);
        if (now == null) {
            return false;
        }
        end(now);
        now.tellOnce();
        return true;
    }

    /** Waits while the fault is in force and the file is open. */
    void stall(Channel file) throws IOException {
        Active now = hit(Fault.STALL);
        if (now == null) {
            return;
        }
        synchronized (this) {
            try {
                while (active == now && file.isOpen()) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                file.close();
                throw new ClosedByInterruptException();
            }
        }
        if (!file.isOpen()) {
            throw new AsynchronousCloseException();
        }
    }

    /** A file was closed: who waits in it must look again. */
    synchronized void closed() {
        notifyAll();
    }

    void requireHardLinks(Path link) throws IOException {
        if (!hardLinks) {
            throw new FileSystemException(link.toString(), null, "Operation not permitted");
        }
    }

    void created(Path real) throws IOException {
        durability.created(real);
    }

    void forced(Path real) throws IOException {
        durability.forced(real);
    }

    void forcedDirectory(Path real) throws IOException {
        durability.forcedDirectory(real);
    }

    private static IOException inputOutputError(Path path) {
        return new FileSystemException(path.toString(), null, "Input/output error");
    }
}

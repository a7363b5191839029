package io.holdfast.backup.core.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each record in a file of its own, {@code <id>.json}, replaced atomically and durably.
 *
 * <p>The directory is locked for as long as the store is open: one process at a time. So a record that says {@code running}
 * when the store is opened belongs to a process that died, and becomes {@code interrupted}.
 */
public final class DirectoryJobStore implements JobStore {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryJobStore.class);
    private static final String SUFFIX = ".json";
    private static final String NOTES = "notes";

    /**
     * A claim on a directory within this JVM, across class loaders. The file lock alone will not do: closing a second handle on
     * the lock file would drop the first one's lock (POSIX).
     */
    private static final String CLAIM = "io.holdfast.backup.core.job.claim:";

    private final Path directory;
    private final String owner = "directory-" + UUID.randomUUID();
    private final FileChannel lockChannel;
    private final List<Job> interrupted = new ArrayList<>();
    private boolean closed;

    private DirectoryJobStore(Path directory, FileChannel lockChannel) {
        this.directory = directory;
        this.lockChannel = lockChannel;
    }

    /**
     * Opens a directory of records, which is made when it is not there.
     *
     * @param directory the directory
     * @param clock tells when the jobs of a dead process became interrupted
     * @return the store, which the caller closes
     * @throws BackupException with {@link ErrorCode#DESTINATION_PATH_CONFLICT} if another process or another store of this one
     *     has it open; with another code if it cannot be read or written
     */
    public static DirectoryJobStore open(Path directory, Clock clock) {
        try {
            Files.createDirectories(directory);
            Path real = directory.toRealPath();
            if (System.getProperties().putIfAbsent(CLAIM + real, "open") != null) {
                throw inUse(directory, "another store of this process");
            }
            try {
                return openClaimed(real, clock);
            } catch (IOException | RuntimeException e) {
                System.getProperties().remove(CLAIM + real);
                throw e;
            }
        } catch (IOException e) {
            throw failure("opened", directory, e);
        }
    }

    private static DirectoryJobStore openClaimed(Path directory, Clock clock) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw inUse(directory, "another process");
            }
            DirectoryJobStore store = new DirectoryJobStore(directory, channel);
            store.interruptJobsOfTheDead(clock.now());
            return store;
        } catch (IOException | RuntimeException e) {
            try {
                channel.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static BackupException inUse(Path directory, String by) {
        return new BackupException(
                ErrorCode.DESTINATION_PATH_CONFLICT,
                "Expected a job directory that nobody has open, found " + directory + " in use by " + by
                        + "; give each process a directory of its own");
    }

    private void interruptJobsOfTheDead(Instant now) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, "*.tmp")) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
        for (Job job : list()) {
            if (!job.state().terminal()) {
                Job ended = job.interrupted(now, "The process that ran this job ended before the job did");
                put(ended);
                interrupted.add(ended);
            }
        }
    }

    /** Another process cannot die while this one has the directory: what was found at the opening is all. */
    @Override
    public synchronized List<Job> interruptDead() {
        List<Job> ended = List.copyOf(interrupted);
        interrupted.clear();
        return ended;
    }

    @Override
    public synchronized void putNote(String name, String text) {
        Notes.requireValid(name, text);
        SortedMap<String, String> notes = notes();
        notes.put(name, text);
        replaceNotes(notes);
    }

    @Override
    public synchronized void removeNote(String name) {
        SortedMap<String, String> notes = notes();
        if (notes.remove(name) != null) {
            replaceNotes(notes);
        }
    }

    private void replaceNotes(SortedMap<String, String> notes) {
        Path file = directory.resolve(NOTES);
        try {
            replace(NOTES, JobJson.writeNotes(notes));
        } catch (JsonProcessingException e) {
            throw failure("written", file, e);
        }
    }

    @Override
    public synchronized SortedMap<String, String> notes() {
        requireOpen();
        Path file = directory.resolve(NOTES);
        try {
            return JobJson.readNotes(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return new TreeMap<>();
        } catch (IOException e) {
            throw failure("read", file, e);
        }
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public synchronized void put(Job job) {
        requireOpen();
        Path target = fileOf(job.id());
        try {
            replace(job.id() + SUFFIX, JobJson.write(job));
        } catch (JsonProcessingException e) {
            throw failure("written", target, e);
        }
    }

    private void replace(String name, byte[] content) {
        try {
            DurableFile.replace(directory, name, content);
        } catch (IOException e) {
            throw failure("written", directory.resolve(name), e);
        }
    }

    @Override
    public Optional<Job> find(String id) {
        requireOpen();
        return read(fileOf(id));
    }

    @Override
    public List<Job> list() {
        requireOpen();
        List<Job> jobs = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                read(file).ifPresent(jobs::add);
            }
        } catch (IOException e) {
            throw failure("listed", directory, e);
        }
        jobs.sort(MemoryJobStore.NEWEST_FIRST);
        return List.copyOf(jobs);
    }

    @Override
    public synchronized void remove(String id) {
        requireOpen();
        try {
            Files.deleteIfExists(fileOf(id));
            DurableFile.syncDirectory(directory);
        } catch (IOException e) {
            throw failure("removed", fileOf(id), e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            lockChannel.close();
        } catch (IOException e) {
            throw failure("closed", directory, e);
        } finally {
            System.getProperties().remove(CLAIM + directory);
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Expected an open job store, found a closed one");
        }
    }

    private Path fileOf(String id) {
        if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
            throw new IllegalArgumentException("Expected a job id of [A-Za-z0-9_-], found \"" + id + "\"");
        }
        return directory.resolve(id + SUFFIX);
    }

    /** A record that cannot be read is reported and left alone: it must not keep the others from being seen. */
    private static Optional<Job> read(Path file) {
        try {
            return Optional.of(JobJson.read(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            LOG.warn("event=job_unreadable file={} reason={}", file, e.toString());
            return Optional.empty();
        } catch (IOException e) {
            throw failure("read", file, e);
        }
    }

    private static BackupException failure(String what, Path file, IOException cause) {
        return new BackupException(
                ErrorCode.classify(cause), "Job record " + file + " could not be " + what + ": " + cause, cause);
    }
}

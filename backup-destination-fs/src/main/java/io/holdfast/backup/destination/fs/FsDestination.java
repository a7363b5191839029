package io.holdfast.backup.destination.fs;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectKey;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A destination in a directory: one file for each object, under its key. */
final class FsDestination implements Destination {
    /** How often a race with somebody who removes empty directories may be lost before something else must be wrong. */
    private static final int ATTEMPTS = 100;

    private final RootDirectory root;
    private final long minFree;
    private final Folders folders;
    private final Publication publication;
    private final DirectAccess direct;
    private final Heartbeat heartbeat;
    private final DestinationInfo info;
    private final OpenHandles handles = new OpenHandles();

    /**
     * Opens the destination.
     *
     * @param minFree the free space below which a check warns, in bytes
     * @param direct how long files are written and read
     * @param heartbeatInterval how often an upload shows that it is alive
     */
    FsDestination(RootDirectory root, long minFree, DirectAccess direct, Duration heartbeatInterval) {
        this.root = root;
        this.minFree = minFree;
        this.folders = new Folders(root);
        this.publication = Publication.probe(root, folders);
        this.direct = direct;
        this.heartbeat = new Heartbeat(heartbeatInterval);
        this.info = new DestinationInfo(
                root.location(),
                publication.isExclusive()
                        ? Set.of(Capability.EXCLUSIVE_COMMIT, Capability.EXCLUSIVE_SMALL_COMMIT)
                        : Set.of());
    }

    @Override
    public DestinationInfo info() {
        handles.requireOpen();
        return info;
    }

    @Override
    public ObjectUpload upload(String key) {
        begin("upload", ObjectKey.requireValid(key));
        root.requirePresent("upload");
        Path place = root.resolve(key);
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try {
                    return startUpload(key, folders.makeFor(key).resolve(TemporaryName.next()));
                } catch (NoSuchFileException e) {
                    root.requirePresent("upload");
                }
            }
        } catch (IOException e) {
            throw FsErrors.failure("upload", key, place, e);
        }
        throw FsErrors.failure(
                ErrorCode.DESTINATION_UNREACHABLE,
                "upload",
                key,
                place,
                "its directory was removed again and again",
                null);
    }

    private FsUpload startUpload(String key, Path temporary) throws IOException {
        FileChannel channel = PrivateFiles.createFile(temporary);
        FsUpload upload;
        try {
            UploadFile file = new UploadFile(temporary, channel, direct, heartbeat);
            upload = new FsUpload(key, file, folders, publication, handles, heartbeat);
        } catch (RejectedExecutionException e) {
            // Closed by another thread since the beginning of this call.
            try (channel) {
                Files.deleteIfExists(temporary);
            }
            throw new IllegalStateException("The destination is closed", e);
        }
        try {
            handles.add(upload);
        } catch (IllegalStateException e) {
            upload.close();
            throw e;
        }
        return upload;
    }

    @Override
    public InputStream open(String key, long offset) {
        begin("open", ObjectKey.requireValid(key));
        if (offset < 0) {
            throw new IllegalArgumentException("Expected an offset of 0 or more, found " + offset);
        }
        Path file = root.resolve(key);
        long size = root.findObject("open", key)
                .orElseThrow(() -> missing(key, file, null))
                .size();
        try {
            Optional<DirectBlocks> blocks =
                    size - offset > DirectAccess.FEW_BYTES ? DirectBlocks.open(direct, file, offset) : Optional.empty();
            if (blocks.isPresent()) {
                return startRead(key, file, blocks.get().channel(), blocks.get()::read, offset);
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return startRead(key, file, channel, channel::read, offset);
        } catch (NoSuchFileException e) {
            root.requirePresent("open");
            throw missing(key, file, e);
        } catch (IOException e) {
            throw FsErrors.failure("open", key, file, e);
        }
    }

    /** Takes the channel over, whatever happens. */
    private InputStream startRead(String key, Path file, FileChannel channel, FsRead.Source source, long offset)
            throws IOException {
        try {
            long size = channel.size();
            if (offset > size) {
                throw new IllegalArgumentException(
                        "Expected an offset of 0 to " + size + " in \"" + key + "\", found " + offset);
            }
            handles.add(channel);
            return new FsRead(key, file, channel, source, offset, size, handles);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static RuntimeException missing(String key, Path file, @Nullable IOException cause) {
        return FsErrors.failure(
                ErrorCode.DESTINATION_OBJECT_MISSING, "open", key, file, "no object has this key", cause);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        begin("stat", ObjectKey.requireValid(key));
        return root.findObject("stat", key)
                .map(found -> new ObjectInfo(
                        key, found.size(), found.lastModifiedTime().toInstant()));
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        ObjectKey.requireValidPrefix(prefix);
        ObjectKey.requireValidPrefix(startAfter);
        begin("list", null);
        return StreamSupport.stream(new FsListing(root, handles, prefix, startAfter), false);
    }

    @Override
    public void delete(String key) {
        begin("delete", ObjectKey.requireValid(key));
        Path file = root.resolve(key);
        try {
            if (root.findObject("delete", key).isPresent()) {
                Files.deleteIfExists(file);
            }
            // Also when it was gone: whoever removed it may have died before this.
            if (root.find("delete", Folders.folderOf(key))
                    .filter(BasicFileAttributes::isDirectory)
                    .isPresent()) {
                folders.syncAbove(key);
                folders.pruneAbove(key);
            }
        } catch (IOException e) {
            throw FsErrors.failure("delete", key, file, e);
        }
    }

    @Override
    public int discardAbandoned(Instant idleSince) {
        begin("discard abandoned uploads", null);
        return new AbandonedUploads(root, folders, idleSince).discard();
    }

    @Override
    public List<Finding> check() {
        begin("check", null);
        return new FsCheck(this, root, minFree).run();
    }

    @Override
    public void close() {
        handles.closeAll();
        heartbeat.close();
    }

    private void begin(String operation, @Nullable String key) {
        handles.requireOpen();
        FsErrors.requireNotInterrupted(operation, key);
    }
}

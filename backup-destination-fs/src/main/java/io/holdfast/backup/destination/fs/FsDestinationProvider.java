package io.holdfast.backup.destination.fs;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationProvider;
import io.holdfast.backup.destination.PropertyReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Opens destinations in a directory of a local or mounted file system.
 *
 * <p>Configuration: {@code file:/absolute/path?name=value}, or kind {@code fs} with these properties:
 *
 * <table>
 *   <caption>Properties</caption>
 *   <tr><th>name</th><th>meaning</th></tr>
 *   <tr><td>{@code path}</td><td>The directory; required, absolute, without {@code .} and {@code ..}. A URI has it as its
 *       path and not as a property. It is created when it is absent, with those above it, for the owner alone (0700). A
 *       directory that exists keeps its owner and permissions. Symbolic links in it are resolved once, at open.</td></tr>
 *   <tr><td>{@code min-free}</td><td>The free space below which {@link Destination#check} warns, such as {@code 10GiB};
 *       default {@code 1GiB}, 0 for never.</td></tr>
 *   <tr><td>{@code direct-io}</td><td>Whether objects of more than 4 MiB are written and read past the page cache, where a
 *       local file system allows it: {@code true}, the default, or {@code false}. It keeps archives from pushing out of the
 *       cache what the application needs, and a verification reads what the disk has. A disk without a write cache of its
 *       own may be faster with {@code false}.</td></tr>
 * </table>
 *
 * <p>Each object is a file under its key, each folder of keys a directory; directories are removed when their last object
 * is. A file in the making is called {@code holdfast~PROCESS~RANDOM.tmp}, and lies beside its place. Whatever else has a
 * name that is no key is ignored. A symbolic link or a device where an object or a folder could be is
 * {@code destination_path_conflict}: it is neither followed nor taken for absent. Give the directory to one user, who alone
 * may write to it; no defence is made against somebody who exchanges directories for links while they are used.
 *
 * <p>Promises:
 *
 * <ul>
 *   <li>On POSIX systems with a local file system: every rule of the contract. A commit syncs the file, makes it visible by
 *       a hard link, and syncs every directory up to the root. Files are 0600, directories 0700, whatever the umask.
 *   <li>On NFS, SMB and FUSE the server decides what a sync and a hard link are worth. {@code check()} warns.
 *   <li>Without hard links there is no {@link io.holdfast.backup.destination.Capability}: of concurrent commits on one key
 *       the last may replace the first. Found out at open, by trying.
 *   <li>On Windows directories cannot be synced and permissions are inherited: neither durability of the last commits after
 *       a crash of the host nor privacy is promised.
 * </ul>
 *
 * <p>When the root goes away or another directory takes its place, as a mount point does after an unmount, every operation
 * is {@code destination_not_found}, never an empty answer (not on Windows, where directories have no identity). An
 * unmounted directory that is empty when it is opened cannot be told from a new destination.
 *
 * <p>An upload shows life once a minute, by its file's modification time, as long as it is open; one daemon thread for each
 * destination does this, while there are uploads. {@link Destination#discardAbandoned} judges by it. An upload whose file
 * was swept away fails at its commit with {@code destination_unreachable}. A close that meets a commit either comes first,
 * and nothing is visible, or does nothing, and the commit returns.
 *
 * <p>Memory: 64 KiB for each upload, nothing for a read; the JDK keeps at most as much again outside of the heap for each
 * thread. An object of more than 4 MiB takes 1 MiB more outside of the heap, until the JVM collects it. A listing holds the names of one directory for each level of its walk, about 200 bytes a name.
 */
public final class FsDestinationProvider implements DestinationProvider {
    private static final long DEFAULT_MIN_FREE = 1L << 30;
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofMinutes(1);

    /** Creates the provider. */
    public FsDestinationProvider() {}

    /** Returns {@code fs}. */
    @Override
    public String kind() {
        return "fs";
    }

    /** Returns {@code file}. */
    @Override
    public Set<String> uriSchemes() {
        return Set.of("file");
    }

    /**
     * Opens the directory, creates it when it is absent, and tries out whether it has hard links.
     *
     * @param config the path and the properties
     * @return the destination, which the caller closes
     * @throws io.holdfast.backup.destination.DestinationException with {@code destination_config_invalid} for properties
     *     that are wrong, {@code destination_path_conflict} if a file is where a directory should be,
     *     {@code destination_permission_denied} if it may not be read or created, {@code destination_not_found} for a
     *     symbolic link to nowhere, {@code destination_unreachable} if the file system fails
     */
    @Override
    public Destination open(DestinationConfig config) {
        PropertyReader reader = config.reader();
        Path path = RootLocation.read(config, reader);
        long minFree = reader.bytes("min-free", DEFAULT_MIN_FREE, 0, Long.MAX_VALUE);
        boolean directIo = reader.flag("direct-io", true);
        reader.finish();
        RootLocation.create(path);
        RootDirectory root = RootDirectory.of(path);
        DirectAccess direct = directIo ? DirectAccess.in(root.path()) : DirectAccess.none();
        return new FsDestination(root, minFree, direct, HEARTBEAT_INTERVAL);
    }
}

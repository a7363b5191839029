/** The file system destination of Holdfast: archives in a directory. */
module io.holdfast.backup.destination.fs {
    requires transitive io.holdfast.backup;
    requires org.slf4j;
    // Files that are opened past the page cache.
    requires jdk.unsupported;
    requires static org.jspecify;

    exports io.holdfast.backup.destination.fs;

    provides io.holdfast.backup.destination.DestinationProvider with
            io.holdfast.backup.destination.fs.FsDestinationProvider;
}

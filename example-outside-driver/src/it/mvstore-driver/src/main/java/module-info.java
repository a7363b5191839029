/** Holdfast archives in one file. */
module org.example.mvstore {
    requires io.holdfast.backup;
    requires com.h2database;

    exports org.example.mvstore;

    provides io.holdfast.backup.destination.DestinationProvider with
            org.example.mvstore.MvStoreDestinationProvider;
}

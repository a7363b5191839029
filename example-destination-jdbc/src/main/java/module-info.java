/** Holdfast archives in the tables of a database. */
module io.holdfast.examples.jdbc {
    requires transitive io.holdfast.backup;
    requires java.sql;
    requires static org.jspecify;

    exports io.holdfast.examples.jdbc;

    provides io.holdfast.backup.destination.DestinationProvider with
            io.holdfast.examples.jdbc.JdbcDestinationProvider;
}

/** The interfaces of Holdfast, for store authors and driver authors. Depends on nothing but the JDK. */
module io.holdfast.backup {
    requires static org.jspecify;

    exports io.holdfast.backup;
    exports io.holdfast.backup.destination;
    exports io.holdfast.backup.key;
}

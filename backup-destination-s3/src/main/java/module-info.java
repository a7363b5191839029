/** The S3 destination of Holdfast. */
@SuppressWarnings("module") // the name ends in a digit
module io.holdfast.backup.destination.s3 {
    requires static org.jspecify;
    requires io.holdfast.backup;
}

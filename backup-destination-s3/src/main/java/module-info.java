/** The S3 destination of Holdfast: archives in a bucket. */
@SuppressWarnings("module") // the name ends in a digit
module io.holdfast.backup.destination.s3 {
    requires transitive io.holdfast.backup;
    requires java.xml;
    requires org.slf4j;
    requires software.amazon.awssdk.auth;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.apache5;
    requires software.amazon.awssdk.identity.spi;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.retries;
    requires software.amazon.awssdk.retries.api;
    requires software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.utils;
    requires static org.jspecify;

    exports io.holdfast.backup.destination.s3;

    provides io.holdfast.backup.destination.DestinationProvider with
            io.holdfast.backup.destination.s3.S3DestinationProvider;
}

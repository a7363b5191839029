/** The core of Holdfast: archives, backups and restores over any destination. */
module io.holdfast.backup.core {
    requires transitive io.holdfast.backup;
    requires com.cronutils;
    requires com.fasterxml.jackson.databind;
    requires com.github.luben.zstd_jni;
    requires transitive java.sql;
    requires org.apache.commons.compress;
    requires org.slf4j;
    requires static org.jspecify;
    requires static jdk.jfr;
    requires static micrometer.core;
    requires static net.javacrumbs.shedlock.core;

    exports io.holdfast.backup.core;
    exports io.holdfast.backup.core.codec;
    exports io.holdfast.backup.core.executor;
    exports io.holdfast.backup.core.hold;
    exports io.holdfast.backup.core.ids;
    exports io.holdfast.backup.core.job;
    exports io.holdfast.backup.core.key;
    exports io.holdfast.backup.core.manifest;
    exports io.holdfast.backup.core.repository;
    exports io.holdfast.backup.core.restore;
    exports io.holdfast.backup.core.restore.directory;
    exports io.holdfast.backup.core.restore.schema;
    exports io.holdfast.backup.core.retention;
    exports io.holdfast.backup.core.scheduler;
    exports io.holdfast.backup.core.service;
    exports io.holdfast.backup.core.service.config;
    exports io.holdfast.backup.core.service.jfr;
    exports io.holdfast.backup.core.service.metrics;
    exports io.holdfast.backup.core.snapshot;

    uses io.holdfast.backup.destination.DestinationProvider;
    uses io.holdfast.backup.key.KeyProvider;
}

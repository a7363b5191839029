package io.holdfast.backup.core.manifest;

/**
 * The newest backup that was published before, as its successor's manifest records it.
 *
 * @param id the backup's id
 * @param manifestSha256 the SHA-256 of its manifest's stored bytes, 64 hexadecimal digits in lower case
 */
public record PreviousBackup(BackupId id, String manifestSha256) {}

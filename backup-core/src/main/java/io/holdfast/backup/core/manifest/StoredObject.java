package io.holdfast.backup.core.manifest;

/**
 * What a manifest records of a data object's stored bytes.
 *
 * @param sha256 their SHA-256, 64 hexadecimal digits in lower case
 * @param size how many there are
 */
public record StoredObject(String sha256, long size) {}

package io.holdfast.backup.core.manifest;

/**
 * What a manifest records of a backup's payload ids.
 *
 * @param count how many ids there are, 0 or more
 * @param stored the stored bytes of the object that holds them
 * @param plainDigest a digest over the plain lines, 64 hexadecimal digits in lower case: SHA-256, or HMAC-SHA-256 under the
 *     repository key when the archive is encrypted; equal for equal sets of one repository
 */
public record PayloadIdsSection(long count, StoredObject stored, String plainDigest) {}

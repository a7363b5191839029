package io.holdfast.backup.core.snapshot;

/**
 * A file or a directory of a checkpoint.
 *
 * @param path its path below the checkpoint, names joined by {@code /}, none at the end
 * @param directory whether it is a directory
 * @param size the bytes of a file; 0 for a directory
 */
record TarEntry(String path, boolean directory, long size) {}

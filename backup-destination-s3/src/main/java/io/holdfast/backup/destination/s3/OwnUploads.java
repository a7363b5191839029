package io.holdfast.backup.destination.s3;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The multipart uploads that live in this process, whichever instance began them: no sweep may end them (D7), and the
 * server does not tell whose an upload is. Thread-safe.
 */
final class OwnUploads {
    /** Has to span the process; what is added is removed when its upload ends. */
    private static final Set<String> LIVING = ConcurrentHashMap.newKeySet();

    private OwnUploads() {}

    static void add(S3Location location, String uploadId) {
        LIVING.add(nameOf(location, uploadId));
    }

    static void remove(S3Location location, String uploadId) {
        LIVING.remove(nameOf(location, uploadId));
    }

    static boolean contains(S3Location location, String uploadId) {
        return LIVING.contains(nameOf(location, uploadId));
    }

    private static String nameOf(S3Location location, String uploadId) {
        return location.canonical() + " " + uploadId;
    }
}

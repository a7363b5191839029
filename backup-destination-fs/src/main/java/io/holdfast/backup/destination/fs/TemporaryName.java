package io.holdfast.backup.destination.fs;

import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names of temporary files: {@code holdfast~PID-START~RANDOM.tmp}. The tilde keeps them apart from every key. Process id and
 * start time tell which process writes the file, in whatever handle or class loader.
 */
final class TemporaryName {
    private static final Pattern FORM = Pattern.compile("holdfast~[0-9a-z]+-[0-9a-z]+~[0-9a-f-]{36}\\.tmp");
    private static final String OF_THIS_PROCESS = "holdfast~" + thisProcess() + "~";

    private TemporaryName() {}

    static String next() {
        return OF_THIS_PROCESS + UUID.randomUUID() + ".tmp";
    }

    static boolean matches(String fileName) {
        return FORM.matcher(fileName).matches();
    }

    static boolean isOfThisProcess(String fileName) {
        return fileName.startsWith(OF_THIS_PROCESS);
    }

    private static String thisProcess() {
        ProcessHandle process = ProcessHandle.current();
        long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return Long.toString(process.pid(), 36) + "-" + Long.toString(start, 36);
    }
}

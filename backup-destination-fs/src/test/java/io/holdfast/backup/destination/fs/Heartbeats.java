package io.holdfast.backup.destination.fs;

/** The heartbeat threads of this process. */
final class Heartbeats {
    private Heartbeats() {}

    /** Waits until those that were told to end have ended; then counts. */
    static long running() {
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("holdfast-fs-heartbeat"))
                .forEach(Heartbeats::awaitEnd);
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("holdfast-fs-heartbeat"))
                .count();
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

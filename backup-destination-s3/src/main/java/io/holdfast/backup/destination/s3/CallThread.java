package io.holdfast.backup.destination.s3;

import org.jspecify.annotations.Nullable;

/** A thread that runs calls, and knows which one it runs now: the SDK has no way to pass it along. */
final class CallThread extends Thread {
    /** Touched by this thread alone. */
    private @Nullable Call<?> running;

    CallThread(Runnable task) {
        super(task, "holdfast-s3");
        setDaemon(true);
    }

    /** Returns the call that the current thread runs. */
    static Call<?> current() {
        if (Thread.currentThread() instanceof CallThread thread && thread.running != null) {
            return thread.running;
        }
        throw new IllegalStateException("Expected a request within a call, found none");
    }

    /** Runs a call in the current thread, which is one of these. */
    static void run(Call<?> call) {
        CallThread thread = (CallThread) Thread.currentThread();
        thread.running = call;
        try {
            call.run();
        } finally {
            thread.running = null;
        }
    }
}

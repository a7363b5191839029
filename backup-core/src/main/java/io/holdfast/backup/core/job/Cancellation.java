package io.holdfast.backup.core.job;

import io.holdfast.backup.BackupAbortedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells a run that it shall end. Asked for once; the first reason stays. Safe for use by several threads.
 */
public final class Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private volatile @Nullable String reason;

    /** Creates a cancellation that nobody has asked for. */
    public Cancellation() {}

    /**
     * Asks for the end of the run. The actions of {@link #onCancel} run in the calling thread, once.
     *
     * @param why the reason, in words for an operator
     */
    public void cancel(String why) {
        List<Runnable> due;
        synchronized (actions) {
            if (reason != null) {
                return;
            }
            reason = why;
            due = List.copyOf(actions);
        }
        due.forEach(Runnable::run);
    }

    /** Returns whether the end was asked for. */
    public boolean requested() {
        return reason != null;
    }

    /**
     * Returns normally unless the end was asked for.
     *
     * @throws BackupAbortedException with the reason
     */
    public void check() {
        String why = reason;
        if (why != null) {
            throw new BackupAbortedException("The run was ended: " + why);
        }
    }

    /**
     * Has an action run when the end is asked for; at once, in the calling thread, if it already was.
     *
     * @param action what to do; must be quick and throw nothing
     */
    public void onCancel(Runnable action) {
        synchronized (actions) {
            if (reason == null) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }
}

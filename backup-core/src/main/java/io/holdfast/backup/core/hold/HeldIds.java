package io.holdfast.backup.core.hold;

import io.holdfast.backup.BackupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Payload ids in ascending order of their UTF-8 bytes, each once. Used by one thread, which closes it. Memory is bounded,
 * however many lists and ids there are. Every method that reads throws a {@link BackupException} with
 * {@link io.holdfast.backup.ErrorCode#HOLD_UNAVAILABLE} when something cannot be read.
 */
public final class HeldIds implements Iterator<String>, AutoCloseable {
    private final MergedLists lists;
    private boolean ahead;
    private boolean complete;

    private HeldIds(MergedLists lists) {
        this.lists = lists;
    }

    static HeldIds open(List<HeldList> lists, Path temporary) {
        try {
            return new HeldIds(MergedLists.open(lists, temporary));
        } catch (IOException e) {
            throw HoldSession.unavailable(e);
        }
    }

    @Override
    public boolean hasNext() {
        if (ahead || complete) {
            return ahead;
        }
        ahead = HoldSession.orUnavailable(() -> {
            try {
                return lists.next();
            } catch (IOException e) {
                throw HoldSession.unavailable(e);
            }
        });
        complete = !ahead;
        return ahead;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException("Expected another payload id, found the end");
        }
        ahead = false;
        return new String(lists.current(), StandardCharsets.UTF_8);
    }

    /** Returns whether the end was reached, and everything agreed until then. */
    boolean complete() {
        return complete;
    }

    /** Closes all lists and removes the temporary files. Closing twice does nothing more. */
    @Override
    public void close() {
        HoldSession.orUnavailable(() -> {
            try {
                lists.close();
                return lists;
            } catch (IOException e) {
                throw HoldSession.unavailable(e);
            }
        });
    }
}

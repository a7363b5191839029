package io.holdfast.backup.core.testing;

import io.holdfast.backup.destination.Destination;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams of objects with a certain name break after some bytes, as those of a driver that resumes nothing. */
public final class BreakingDestination extends ForwardingDestination {
    private final String name;
    private final int after;
    private final int times;
    private final Break how;
    private final List<Long> offsets = new ArrayList<>();

    /** What happens at the end of the bytes. */
    public interface Break {
        /** An end that is none. */
        Break SILENT = () -> {};

        void happen() throws IOException;
    }

    /** Breaks so many streams, each after so many bytes. */
    public BreakingDestination(Destination inner, String name, int after, int times, Break how) {
        super(inner);
        this.name = name;
        this.after = after;
        this.times = times;
        this.how = how;
    }

    /** From where the object was opened, in order. */
    public synchronized List<Long> offsets() {
        return List.copyOf(offsets);
    }

    @Override
    public InputStream open(String key, long offset) {
        if (!key.endsWith(name)) {
            return super.open(key, offset);
        }
        synchronized (this) {
            offsets.add(offset);
        }
        InputStream whole = super.open(key, offset);
        return offsets().size() > times ? whole : new Broken(whole, after, how);
    }

    private static final class Broken extends FilterInputStream {
        private final Break how;
        private int left;

        Broken(@Nullable InputStream whole, int after, Break how) {
            super(whole);
            this.left = after;
            this.how = how;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("Nobody should read single bytes of an object");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                how.happen();
                return -1;
            }
            int count = super.read(bytes, offset, Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }
    }
}

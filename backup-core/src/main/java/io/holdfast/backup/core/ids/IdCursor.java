package io.holdfast.backup.core.ids;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.util.Iterator;

/** Goes through payload ids in ascending order of their UTF-8 bytes. Used by one thread, which closes it. */
public interface IdCursor extends AutoCloseable {
    /**
     * Goes to the next id.
     *
     * @return whether there is one
     * @throws IOException if it cannot be read
     */
    boolean next() throws IOException;

    /** Returns the UTF-8 bytes of the id that {@link #next} went to, which nobody changes. */
    byte[] current();

    @Override
    void close() throws IOException;

    /**
     * Goes through a set.
     *
     * @param ids any set; what it iterates over is taken as it comes, sorted or not
     * @return a cursor, whose {@code next} throws a {@link BackupException} with {@link ErrorCode#SOURCE_UNAVAILABLE} for an id that
     *     no set may hold
     */
    static IdCursor of(PayloadIDSet ids) {
        return ids instanceof SpillingPayloadIDSet spilling ? spilling.cursor() : new OfStrings(ids.iterator());
    }

    /** Encodes what an iterator gives. */
    final class OfStrings implements IdCursor {
        private final Iterator<String> ids;
        private byte[] current = {};

        OfStrings(Iterator<String> ids) {
            this.ids = ids;
        }

        @Override
        public boolean next() {
            if (!ids.hasNext()) {
                return false;
            }
            try {
                current = PayloadIDSet.encode(ids.next());
            } catch (IllegalArgumentException e) {
                throw new BackupException(ErrorCode.SOURCE_UNAVAILABLE, "The store gave an invalid payload id", e);
            }
            return true;
        }

        @Override
        public byte[] current() {
            return current;
        }

        @Override
        public void close() {}
    }
}

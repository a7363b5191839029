package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import java.util.Arrays;
import java.util.List;

/** Commits that are not exclusive (D2). */
final class OverwriteSaboteurs {
    private OverwriteSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                CommitSaboteurs.uploading("commit-overwrites", "D2 D3 D7 D13 D14 D17", Overwrites::new),
                CommitSaboteurs.uploading("key-checked-at-upload-only", "D2 D17", ChecksEarly::new),
                CommitSaboteurs.uploading("check-then-act", "D2", ChecksThenActs::new),
                CommitSaboteurs.uploading("big-commit-overwrites", "D2 D7", OverwritesWhenBig::new),
                CommitSaboteurs.uploading("exclusive-below-64-kib-only", "D2", ChecksThenActsWhenLarge::new),
                CommitSaboteurs.uploading("loser-deletes-winners-object", "D2 D3 D7 D14 D17", LoserDeletes::new),
                CommitSaboteurs.uploading("taken-key-reported-as-internal", "D2 D3 D17", WrongCode::new),
                CommitSaboteurs.uploading("same-bytes-again-accepted", "D2 D17", AcceptsSameBytes::new),
                CommitSaboteurs.uploading("refusal-swallowed", "D2 D3 D7 D13 D14 D17", SwallowsRefusal::new));
    }

    private static final class Overwrites extends KnownUpload {
        Overwrites(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            eraseOnce();
            return inner.commit();
        }
    }

    private static final class ChecksEarly extends KnownUpload {
        private final boolean free = !taken();

        ChecksEarly(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            if (free) {
                eraseOnce();
            }
            return inner.commit();
        }
    }

    private static final class ChecksThenActs extends KnownUpload {
        ChecksThenActs(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            boolean free = !taken();
            if (server.uploadsInProgress().size() > 1) {
                CommitSaboteurs.pause();
            }
            if (free) {
                eraseOnce();
            }
            return inner.commit();
        }
    }

    /** A small object goes in one request, which may be conditional. */
    private static final class ChecksThenActsWhenLarge extends KnownUpload {
        ChecksThenActsWhenLarge(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            boolean free = !taken();
            if (free && written.size() > 1 << 16) {
                for (int i = 0; i < 5; i++) {
                    CommitSaboteurs.pause();
                }
                eraseOnce();
            }
            return inner.commit();
        }
    }

    private static final class OverwritesWhenBig extends KnownUpload {
        OverwritesWhenBig(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            if (written.size() > SabotagedSuite.PART) {
                eraseOnce();
            }
            return inner.commit();
        }
    }

    private static final class LoserDeletes extends KnownUpload {
        private boolean lost;

        LoserDeletes(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                lost = e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS;
                throw e;
            }
        }

        @Override
        public void close() {
            if (lost) {
                server.erase(key);
            }
            inner.close();
        }
    }

    private static final class WrongCode extends KnownUpload {
        WrongCode(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                throw e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS
                        ? new DestinationException(ErrorCode.INTERNAL, key, "412", e)
                        : e;
            }
        }
    }

    private static final class AcceptsSameBytes extends KnownUpload {
        AcceptsSameBytes(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                if (e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS
                        && Arrays.equals(server.bytes(key).orElseThrow(), written.toByteArray())) {
                    return destination.stat(key).orElseThrow();
                }
                throw e;
            }
        }
    }

    private static final class SwallowsRefusal extends KnownUpload {
        SwallowsRefusal(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                if (e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS) {
                    return destination.stat(key).orElseThrow();
                }
                throw e;
            }
        }
    }
}

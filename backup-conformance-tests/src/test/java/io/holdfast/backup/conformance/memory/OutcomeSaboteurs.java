package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Commits whose answer was lost (D17). */
final class OutcomeSaboteurs {
    private OutcomeSaboteurs() {}

    interface WhenUnknown {
        ObjectInfo decide(Retrying upload, DestinationException unknown);
    }

    static List<Saboteur> all() {
        return List.of(
                unknown("lost-answer-reported-as-failure", "D17", (upload, e) -> {
                    throw new DestinationException(ErrorCode.DESTINATION_UNREACHABLE, upload.key, "reset", e);
                }),
                unknown("lost-answer-of-parts-reported-as-failure", "D17", (upload, e) -> {
                    throw upload.written.size() <= SabotagedSuite.PART
                            ? e
                            : new DestinationException(ErrorCode.DESTINATION_UNREACHABLE, upload.key, "reset", e);
                }),
                unknown(
                        "lost-answer-reported-as-success",
                        "D17",
                        (upload, e) -> new ObjectInfo(upload.key, upload.written.size(), Instant.EPOCH)),
                unknown("own-success-reported-as-taken", "D17", (upload, e) -> upload.again()),
                unknown(
                        "own-success-recognised-by-size",
                        "D17",
                        (upload, e) -> upload.againUnless(upload.destination
                                .stat(upload.key)
                                .filter(o -> o.size() == upload.written.size())
                                .isPresent())),
                unknown(
                        "own-success-recognised-by-bytes",
                        "D17",
                        (upload, e) -> upload.againUnless(upload.server
                                .bytes(upload.key)
                                .filter(bytes -> Arrays.equals(bytes, upload.written.toByteArray()))
                                .isPresent())),
                unknown("retry-overwrites", "D17", (upload, e) -> {
                    upload.server.erase(upload.key);
                    return upload.again();
                }),
                unknown("lost-answer-cleaned-up", "D17", (upload, e) -> {
                    upload.server.erase(upload.key);
                    throw e;
                }));
    }

    private static Saboteur unknown(String name, String rules, WhenUnknown decision) {
        return CommitSaboteurs.uploading(name, rules, (inner, key) -> new Retrying(inner, key, decision));
    }

    private static final class Retrying extends KnownUpload {
        private final WhenUnknown decision;

        Retrying(MemoryDestination destination, String key, WhenUnknown decision) {
            super(destination, key);
            this.decision = decision;
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                if (e.code() == ErrorCode.DESTINATION_OUTCOME_UNKNOWN) {
                    return decision.decide(this, e);
                }
                throw e;
            }
        }

        private ObjectInfo againUnless(boolean mine) {
            return mine ? destination.stat(key).orElseThrow() : again();
        }

        private ObjectInfo again() {
            inner.close();
            try (ObjectUpload second = destination.upload(key)) {
                second.write(written.toByteArray());
                return second.commit();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Failures that are hidden, renamed, bare or too talkative (D13). */
final class FailureSaboteurs {
    private FailureSaboteurs() {}

    interface Rethrow {
        DestinationException apply(DestinationException honest);
    }

    static List<Saboteur> all() {
        return List.of(
                CommitSaboteurs.uploading("failed-write-forgotten", "D13 D7 D12", ForgetsFailedWrite::new),
                CommitSaboteurs.uploading("failed-write-swallowed", "D13", SwallowsFailedWrite::new),
                rethrowing(
                        "all-failures-internal",
                        "D13 D9",
                        e -> new DestinationException(ErrorCode.INTERNAL, "error", e)),
                rethrowing(
                        "throttling-reported-as-unreachable",
                        "D13 D9",
                        e -> e.code() == ErrorCode.DESTINATION_THROTTLED
                                ? new DestinationException(ErrorCode.DESTINATION_UNREACHABLE, "503", e)
                                : e),
                rethrowing(
                        "cause-dropped",
                        "D13",
                        e -> new DestinationException(e.code(), String.valueOf(e.getMessage()), null)),
                rethrowing(
                        "secret-in-message",
                        "D13",
                        e -> new DestinationException(
                                e.code(), "GET http://user:" + SabotagedSuite.SECRET + "@host/bucket failed", e)),
                Saboteur.simple("secret-in-location", "D13", honest -> new ForwardingDestination(honest) {
                    @Override
                    public DestinationInfo info() {
                        String location = inner.info().location() + "?password=" + SabotagedSuite.SECRET;
                        return new DestinationInfo(location, inner.info().capabilities());
                    }
                }),
                Saboteur.simple("secret-in-finding", "D13", honest -> new ForwardingDestination(honest) {
                    @Override
                    public List<Finding> check() {
                        List<Finding> findings = inner.check();
                        return findings.isEmpty()
                                ? List.of(Finding.info("key", "works with " + SabotagedSuite.SECRET))
                                : findings;
                    }
                }),
                CommitSaboteurs.uploading("full-disk-reported-as-internal", "D13", FullIsInternal::new),
                Saboteur.simple("probe-throws", "D13", honest -> new ForwardingDestination(honest) {
                    @Override
                    public List<Finding> check() {
                        list("any", "").forEach(info -> {});
                        return inner.check();
                    }
                }),
                Saboteur.simple("probe-sees-nothing", "D13", honest -> new ForwardingDestination(honest) {
                    @Override
                    public List<Finding> check() {
                        inner.check();
                        return List.of();
                    }
                }),
                Saboteur.simple("failed-delete-swallowed", "D13", honest -> new ForwardingDestination(honest) {
                    @Override
                    public void delete(String key) {
                        try {
                            inner.delete(key);
                        } catch (DestinationException e) {
                            // Best effort.
                        }
                    }
                }),
                CommitSaboteurs.uploading(
                        "second-commit-accepted", "D13", (inner, key) -> new ForwardingUpload(inner.upload(key)) {
                            private Optional<ObjectInfo> committed = Optional.empty();

                            @Override
                            public ObjectInfo commit() {
                                committed = Optional.of(committed.orElseGet(inner::commit));
                                return committed.get();
                            }
                        }),
                CommitSaboteurs.uploading("commit-tried-again-lacks-a-part", "D13", LacksPartTheSecondTime::new),
                CommitSaboteurs.uploading("refused-commit-published", "D13", PublishesWhenDenied::new));
    }

    private static Saboteur rethrowing(String name, String rules, Rethrow rethrow) {
        return Saboteur.simple(name, rules, honest -> new ForwardingDestination(honest) {
            @Override
            public Optional<ObjectInfo> stat(String key) {
                try {
                    return inner.stat(key);
                } catch (DestinationException e) {
                    throw rethrow.apply(e);
                }
            }
        });
    }

    /** Commits what arrived, though something did not. */
    private static class ForgetsFailedWrite extends KnownUpload {
        private boolean failed;

        ForgetsFailedWrite(MemoryDestination destination, String key) {
            super(destination, key);
        }

        void failed(DestinationException failure) {
            throw failure;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                super.write(bytes, offset, length);
            } catch (DestinationException e) {
                failed = true;
                failed(e);
            }
        }

        @Override
        public ObjectInfo commit() {
            if (!failed) {
                return inner.commit();
            }
            inner.close();
            try (ObjectUpload second = destination.upload(key)) {
                second.write(written.toByteArray());
                return second.commit();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private static final class SwallowsFailedWrite extends ForgetsFailedWrite {
        private boolean missing;

        SwallowsFailedWrite(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        void failed(DestinationException failure) {
            missing = true;
        }

        @Override
        public ObjectInfo commit() {
            if (missing) {
                server.replace(key, written.toByteArray());
                return destination.server().open().stat(key).orElseThrow();
            }
            return super.commit();
        }
    }

    /** The last part was sent by the commit that failed, and is not sent again. */
    private static final class LacksPartTheSecondTime extends KnownUpload {
        private boolean failed;

        LacksPartTheSecondTime(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            if (failed) {
                int sent = written.size() / SabotagedSuite.PART * SabotagedSuite.PART;
                server.replace(key, Arrays.copyOf(written.toByteArray(), sent));
                return destination.stat(key).orElseThrow();
            }
            try {
                return inner.commit();
            } catch (DestinationException e) {
                failed = e.code() == ErrorCode.DESTINATION_PERMISSION_DENIED;
                throw e;
            }
        }
    }

    private static final class FullIsInternal extends ForwardingUpload {
        FullIsInternal(MemoryDestination destination, String key) {
            super(destination.upload(key));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                inner.write(bytes, offset, length);
            } catch (DestinationException e) {
                throw new DestinationException(ErrorCode.INTERNAL, "write failed", e);
            }
        }
    }

    private static final class PublishesWhenDenied extends KnownUpload {
        PublishesWhenDenied(MemoryDestination destination, String key) {
            super(destination, key);
        }

        @Override
        public ObjectInfo commit() {
            try {
                return inner.commit();
            } catch (DestinationException e) {
                if (e.code() == ErrorCode.DESTINATION_PERMISSION_DENIED) {
                    server.replace(key, written.toByteArray());
                }
                throw e;
            }
        }
    }
}

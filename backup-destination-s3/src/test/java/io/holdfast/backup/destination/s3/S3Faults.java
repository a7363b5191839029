package io.holdfast.backup.destination.s3;

import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.testbed.chaos.Fault;
import io.holdfast.testbed.chaos.S3Request;
import io.holdfast.testbed.chaos.Script;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The faults of the contract, as a script of a proxy and a gate before it. */
final class S3Faults implements FaultInjection, Script {
    private static final Set<String> WRITES =
            Set.of("PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload");
    private static final Set<String> COMMITS = Set.of("PutObject", "CompleteMultipartUpload");
    private static final int READ_BYTES = 1000;

    private volatile @Nullable Gate gate;
    private volatile @Nullable Active active;

    private static final class Active {
        private final io.holdfast.backup.conformance.Fault fault;
        private final Runnable onHit;
        private final AtomicBoolean hit = new AtomicBoolean();
        private final CountDownLatch ended = new CountDownLatch(1);

        Active(io.holdfast.backup.conformance.Fault fault, Runnable onHit) {
            this.fault = fault;
            this.onHit = onHit;
        }

        /** Tells whether this is the first time. */
        boolean hits() {
            boolean first = hit.compareAndSet(false, true);
            if (first) {
                onHit.run();
            }
            return first;
        }
    }

    /** What lies before the proxy. */
    void setGate(Gate way) {
        gate = way;
    }

    @Override
    public Set<io.holdfast.backup.conformance.Fault> supported() {
        return EnumSet.allOf(io.holdfast.backup.conformance.Fault.class);
    }

    @Override
    public Injection inject(io.holdfast.backup.conformance.Fault fault, Runnable onHit) {
        Active begun = new Active(fault, onHit);
        boolean unreachable = fault == io.holdfast.backup.conformance.Fault.UNREACHABLE;
        if (unreachable) {
            gate.shut();
        }
        active = begun;
        return () -> {
            if (active == begun) {
                active = null;
                begun.ended.countDown();
                if (unreachable) {
                    gate.open();
                }
            }
        };
    }

    @Override
    public Fault requested(S3Request request, long number) {
        Active now = active;
        if (now == null) {
            return Fault.NONE;
        }
        String operation = request.operation();
        // A probe is no commit of the test's.
        boolean commit = COMMITS.contains(operation) && !request.path().contains("/probe/");
        return switch (now.fault) {
            case DENIED -> Fault.answer(403, "AccessDenied");
            case THROTTLED -> Fault.answer(503, "SlowDown");
            case NO_SPACE -> WRITES.contains(operation) ? Fault.answer(507, "InsufficientStorage") : Fault.NONE;
            case READ_BREAKS -> operation.equals("GetObject") ? breakRead(now) : Fault.NONE;
            case LIST_BREAKS -> request.query().contains("continuation-token") ? Fault.refuse() : Fault.NONE;
            case COMMIT_ANSWER_LOST -> commit && now.hits() ? Fault.loseResponse() : Fault.NONE;
            case COMMIT_REQUEST_LOST -> commit && now.hits() ? Fault.refuse() : Fault.NONE;
            case STALL -> WRITES.contains(operation) ? stall(now) : Fault.NONE;
            default -> Fault.NONE;
        };
    }

    /** The driver goes on as long as every attempt brings something, so only the first one does. */
    private static Fault breakRead(Active now) {
        return Fault.cutResponse(now.hits() ? READ_BYTES : 0);
    }

    /** Whoever still wants it when the fault is over asks again. */
    private static Fault stall(Active now) {
        now.hits();
        try {
            now.ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Fault.refuse();
    }
}

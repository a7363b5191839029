package io.holdfast.backup.core.executor;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.repository.Attempt;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after one run: ends it when it stalls or lasts too long, gives its signs of life, and passes its progress on. */
final class Watchman {
    private static final Logger LOG = LoggerFactory.getLogger(Watchman.class);
    private static final int LOOKS_PER_RECORD = 10;

    private final BackupRun run;
    private final Watch watch;
    private final Executor threads;
    private final AtomicBoolean givingSign = new AtomicBoolean();
    private volatile @Nullable Attempt attempt;
    private long moved = -1;
    private long looks;
    private long idleLooks;

    Watchman(BackupRun run, Watch watch, Executor threads) {
        this.run = run;
        this.watch = watch;
        this.threads = threads;
    }

    void begun(Attempt begun) {
        attempt = begun;
    }

    /** Looks once. Called by one thread at a time. */
    void look() {
        long movedNow = run.context().movedBytes();
        idleLooks = movedNow == moved ? idleLooks + 1 : 0;
        moved = movedNow;
        looks++;
        if (idleLooks >= Watch.looks(watch.stallTimeout())) {
            run.cancel("no byte moved for " + watch.stallTimeout());
            return;
        }
        if (looks >= Watch.looks(watch.maxDuration())) {
            run.cancel("it lasted longer than " + watch.maxDuration());
            return;
        }
        run.report();
        if (looks % LOOKS_PER_RECORD == 0) {
            run.keepProgress();
        }
        if (looks % Watch.looks(watch.lifeInterval()) == 0) {
            giveSignOfLife();
        }
    }

    private void giveSignOfLife() {
        Attempt living = attempt;
        // A slow destination must not delay the next look, nor pile up signs.
        if (living == null || run.cancellation().requested() || !givingSign.compareAndSet(false, true)) {
            return;
        }
        try {
            threads.execute(() -> giveSignOfLife(living));
        } catch (RejectedExecutionException e) {
            givingSign.set(false);
            LOG.warn("event=sign_of_life_failed backup={} reason=\"no thread for it\"", living.id());
        }
    }

    private void giveSignOfLife(Attempt living) {
        try {
            if (!living.signOfLife() && !run.job().state().terminal()) {
                LOG.warn("event=attempt_taken_over backup={}", living.id());
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "event=sign_of_life_failed backup={} code={} reason=\"{}\"",
                    living.id(),
                    ErrorCode.classify(e).wireValue(),
                    e.getMessage());
        } finally {
            givingSign.set(false);
        }
    }
}

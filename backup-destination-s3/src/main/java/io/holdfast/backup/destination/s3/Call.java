package io.holdfast.backup.destination.s3;

import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.Abortable;

/**
 * A request, with its retries, in a thread of its own. Cancelling it breaks its connection, which an interrupt alone would
 * not. Thread-safe.
 */
final class Call<T> implements Runnable {
    private final Callable<T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    /** Completed when nothing of this call runs any more. */
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private @Nullable Thread runner;
    private @Nullable Abortable exchange;
    private boolean cancelled;

    /** What came of the last attempt, and whether an earlier one leaves something open. */
    private Ending last = Ending.REFUSED;

    private boolean unsettled;

    /** What the answer to an attempt says about the request. */
    enum Ending {
        /** It was not done. */
        REFUSED,
        /** It was done, unless the answer's body says otherwise. */
        ACCEPTED,
        /** Nobody knows. */
        UNKNOWN
    }

    Call(Callable<T> work) {
        this.work = work;
    }

    @Override
    public void run() {
        if (begin()) {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            } finally {
                end();
            }
        }
        ended.complete(true);
    }

    private synchronized boolean begin() {
        if (!cancelled) {
            runner = Thread.currentThread();
        }
        return !cancelled;
    }

    private synchronized void end() {
        runner = null;
        // A cancellation that came late must not strike the next call of this thread.
        Thread.interrupted();
    }

    /** Ends the call soon. {@link #get} throws {@link java.util.concurrent.CancellationException} from now on. */
    void cancel() {
        synchronized (this) {
            cancelled = true;
            if (runner == null) {
                result.cancel(false);
                ended.complete(true);
                return;
            }
            if (exchange != null) {
                // Nobody will read the answer.
                unsettled = true;
                exchange.abort();
            }
            runner.interrupt();
        }
        result.cancel(false);
    }

    /** Returns what the call returned, or throws what it threw as the cause of an {@link ExecutionException}. */
    T get() throws InterruptedException, ExecutionException {
        return result.get();
    }

    /** Like {@link #get()}, for so long. */
    T get(long nanos) throws InterruptedException, ExecutionException, TimeoutException {
        return result.get(nanos, TimeUnit.NANOSECONDS);
    }

    /** Waits until nothing of this call runs any more; tells whether that is so. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        try {
            return ended.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tells whether the server may have done what was asked, as far as the answers themselves do not say. */
    synchronized boolean isUnsettled() {
        return unsettled || last == Ending.UNKNOWN;
    }

    /** Tells whether the last answer was one of success: it has happened, even if its caller never hears of it. */
    synchronized boolean isAccepted() {
        return last == Ending.ACCEPTED;
    }

    /** An attempt begins; refused when nobody wants it any more. */
    synchronized void exchangeBegins(Abortable started) throws InterruptedIOException {
        if (cancelled) {
            throw new InterruptedIOException("The request is not wanted any more");
        }
        exchange = started;
        // Tried again because the answer could not be read.
        unsettled |= last != Ending.REFUSED;
        last = Ending.REFUSED;
    }

    /** The attempt has ended. */
    synchronized void exchangeEnds(Ending ending) {
        exchange = null;
        last = ending;
    }
}

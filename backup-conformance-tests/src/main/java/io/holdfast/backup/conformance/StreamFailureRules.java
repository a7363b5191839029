package io.holdfast.backup.conformance;

import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The stream fails, and the store does not. */
abstract class StreamFailureRules {
    private static final int CHANGES = 50;

    @Test
    @Rule("A5")
    void a_failure_of_the_output_ends_the_backup(StoreBench bench) throws Exception {
        failOutput(bench, at -> new IOException("The conformance suite breaks the output at byte " + at));
    }

    @Test
    @Rule("A5")
    void a_failure_of_the_destination_passes_through_the_backup(StoreBench bench) throws Exception {
        failOutput(bench, at -> full(at));
    }

    private static DestinationException full(int at) {
        return new DestinationException(
                ErrorCode.DESTINATION_NO_SPACE, "The conformance suite has no space beyond byte " + at, null);
    }

    private static void failOutput(StoreBench bench, Function<Integer, Exception> failures) throws Exception {
        Backupable store = bench.filled(CHANGES);
        List<String> wanted = bench.contents(store);
        int size = bench.backUp(store).bytes().length;
        for (int at : bench.samples(size)) {
            Exception failure = failures.apply(at);
            // Every other one takes the next bytes as if nothing had been: whoever tries again does not get away with
            // it.
            boolean once = at % 2 == 0;
            AtomicBoolean struck = new AtomicBoolean();
            expectFailure(
                    "a backup whose output fails at byte " + at + " of " + size,
                    failure,
                    () -> bench.backUp(store, new StoreContext(), (from, to) -> {
                        if (to > at && !(struck.getAndSet(true) && once)) {
                            raise(failure);
                        }
                    }));
            bench.expectReleased(store, "its output failed");
        }
        bench.expectServesOn(store, CHANGES, wanted, "its output failed");
    }

    @Test
    @Rule("A5")
    void a_failure_of_the_input_ends_the_restore(StoreBench bench) throws Exception {
        failInput(bench, at -> new IOException("The conformance suite breaks the input at byte " + at));
    }

    @Test
    @Rule("A5")
    void a_failure_of_the_source_passes_through_the_restore(StoreBench bench) throws Exception {
        failInput(
                bench,
                at -> new DestinationException(
                        ErrorCode.DESTINATION_UNREACHABLE, "The conformance suite lost the line at byte " + at, null));
    }

    private static void failInput(StoreBench bench, Function<Integer, Exception> failures) throws Exception {
        Backupable source = bench.filled(CHANGES);
        byte[] bytes = bench.backUp(source).bytes();
        Backupable target = bench.open();
        for (int at : bench.samples(bytes.length + 1)) {
            Exception failure = failures.apply(at);
            expectFailure(
                    "a restore whose input fails at byte " + at,
                    failure,
                    () -> bench.restore(target, bytes, at == 0 ? bytes.length : at, new StoreContext(), position -> {
                        if (position >= at) {
                            raise(failure);
                        }
                    }));
            bench.expectEmpty(target, "the target after its input failed");
        }
        bench.expectReleased(target, "its input failed");
        bench.restore(target, bytes);
        bench.expectContents(target, bench.contents(source), "a restore after the input of others failed");
    }

    /** A checked failure may be wrapped; one of Holdfast's own must come through as it is. */
    private static void expectFailure(String doing, Exception failure, Expect.Action action) {
        Exception thrown = Expect.thrown(Exception.class, doing, action);
        if (failure instanceof IOException) {
            boolean inside = false;
            for (Throwable cause = thrown; cause != null && !inside; cause = cause.getCause()) {
                inside = cause == failure;
            }
            Expect.that(inside, doing + " threw " + thrown, "the failure itself, or one that it caused: " + failure);
        } else {
            Expect.that(thrown == failure, doing + " threw " + thrown, "the failure itself, unchanged: " + failure);
        }
    }

    private static void raise(Exception failure) throws IOException {
        if (failure instanceof IOException checked) {
            throw checked;
        }
        throw (RuntimeException) failure;
    }
}

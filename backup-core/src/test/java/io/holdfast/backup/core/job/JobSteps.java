package io.holdfast.backup.core.job;

import io.holdfast.backup.ErrorCode;
import java.time.Instant;
import java.util.Random;

/** Writes to a job store, the same in every process with the same seed: all states and kinds of jobs, and notes. */
final class JobSteps {
    private static final Instant TIME = Instant.parse("2026-01-31T02:00:00.123456789Z");

    /** The puts at the beginning of a round: each state and each kind. Their other combinations come at its end. */
    private static final int FIRST_PUTS = 6;

    private static final int OTHERS = 4;
    private static final int ROUND = JobKind.values().length * JobState.values().length + OTHERS;

    private final String owner;
    private final long seed;

    JobSteps(String owner, long seed) {
        this.owner = owner;
        this.seed = seed;
    }

    /** How many steps there are until each state, each kind and each operation has come. */
    static int essential() {
        return FIRST_PUTS + OTHERS;
    }

    /** Does one write: a record, new or in the place of another; a note; or what removes one of them. */
    void apply(int step, JobStore store) {
        Random random = new Random(seed + step);
        int inRound = step % ROUND;
        switch (inRound - FIRST_PUTS) {
            case 0 -> store.putNote("held:a", text(random, 1000));
            case 1 -> store.putNote("confirmed:a", text(random, 10));
            case 2 -> store.removeNote("held:a");
            case 3 -> store.remove("job-" + random.nextInt(4));
            default -> store.put(job(inRound < FIRST_PUTS ? inRound : inRound - OTHERS, random));
        }
    }

    private Job job(int combination, Random random) {
        JobKind kind = JobKind.values()[combination % JobKind.values().length];
        JobState state = JobState.values()[combination % JobState.values().length];
        Instant startedAt = TIME.plusSeconds(random.nextInt(1000));
        Job running = Job.running(
                        "job-" + random.nextInt(4), kind, "repository", "01ARZ3NDEKTSV4RRFFQ69G5FAV", owner, startedAt)
                .withBytes(random.nextLong(Long.MAX_VALUE));
        Instant finishedAt = startedAt.plusNanos(random.nextLong(1_000_000_000_000L));
        return switch (state) {
            case RUNNING -> running;
            case SUCCEEDED -> running.succeeded(finishedAt, running.bytes());
            case FAILED, INTERRUPTED ->
                running.ended(state, finishedAt, running.bytes(), ErrorCode.SOURCE_UNAVAILABLE, text(random, 4000));
        };
    }

    private static String text(Random random, int longest) {
        StringBuilder text = new StringBuilder("\u00e8");
        random.ints(random.nextInt(longest - 1), ' ', '~').forEach(c -> text.append((char) c));
        return text.toString();
    }
}

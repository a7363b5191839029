package io.holdfast.backup.core.job;

import io.holdfast.backup.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Writes to a job store, the same in every process with the same seed: all states and kinds of jobs, and notes. */
final class JobSteps {
    private static final Instant TIME = Instant.parse("2026-01-31T02:00:00.123456789Z");
    private static final int ROUND = 16;

    private final String owner;
    private final long seed;

    JobSteps(String owner, long seed) {
        this.owner = owner;
        this.seed = seed;
    }

    /** How many steps there are until everything has happened once. */
    static int round() {
        return ROUND;
    }

    /** Does one write: a record of each kind in each state, new or in the place of another; notes; what is removed. */
    void apply(int step, JobStore store) {
        Random random = new Random(seed + step);
        int inRound = step % ROUND;
        List<Consumer<JobStore>> others = List.of(
                s -> s.putNote("held:a", text(random, 1000)),
                s -> s.putNote("confirmed:a", text(random, 10)),
                s -> s.removeNote("held:a"),
                s -> s.remove("job-" + random.nextInt(4)));
        if (inRound < ROUND - others.size()) {
            store.put(job(inRound, random));
        } else {
            others.get(inRound - (ROUND - others.size())).accept(store);
        }
    }

    private Job job(int combination, Random random) {
        JobKind kind = JobKind.values()[combination / JobState.values().length];
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

package io.holdfast.testbed.chaos;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Faults by chance. What happens to the n-th request of an operation depends on nothing but the seed, so that threads that race
 * each other change little when a run is repeated.
 */
public final class RandomFaults implements Script {
    private final long seed;
    private final double rate;
    private final List<Fault> choice;

    /**
     * Creates a script.
     *
     * @param seed where the chance comes from
     * @param rate which part of the requests fails, from 0 to 1
     * @param choice what may happen to one, each as often as the others
     */
    public RandomFaults(long seed, double rate, List<Fault> choice) {
        this.seed = seed;
        this.rate = rate;
        this.choice = List.copyOf(choice);
    }

    @Override
    public Fault requested(S3Request request, long number) {
        // Split, because the first values of neighbouring seeds are too much alike.
        SplittableRandom random =
                new SplittableRandom(seed * 1_000_003 + request.operation().hashCode() * 31L + number).split();
        return random.nextDouble() < rate ? choice.get(random.nextInt(choice.size())) : Fault.NONE;
    }
}

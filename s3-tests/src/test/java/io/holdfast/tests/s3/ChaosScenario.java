package io.holdfast.tests.s3;

import io.holdfast.testbed.chaos.Fault;
import io.holdfast.testbed.chaos.RandomFaults;
import io.holdfast.testbed.chaos.S3Request;
import io.holdfast.testbed.chaos.Script;
import io.holdfast.testbed.chaos.Weather;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What goes wrong in a run. Depends on nothing but the seed.
 *
 * @param seed the seed
 * @param size the size of the store, from nothing to three parts
 * @param rate which part of the requests fails
 * @param cutRate which part of the connections is cut after some bytes
 */
record ChaosScenario(long seed, long size, double rate, double cutRate) {
    /** Up to where a body is cut, stalled or corrupted. */
    private static final int LARGE = 6 << 20;

    static ChaosScenario of(long seed) {
        SplittableRandom random = new SplittableRandom(seed).split();
        long size = random.nextInt(2) == 0 ? random.nextInt(100_000) : random.nextInt(12 << 20);
        double[] rates = {0.02, 0.1, 0.25, 0.5, 0.8};
        return new ChaosScenario(seed, size, rates[random.nextInt(rates.length)], random.nextInt(3) == 0 ? 0.3 : 0);
    }

    Script script() {
        Script faults = new RandomFaults(seed, rate, faults());
        return new Script() {
            @Override
            public Weather connected(long number) {
                SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number).split();
                return random.nextDouble() < cutRate ? Weather.cutAfter(random.nextInt(8 << 20)) : Weather.CLEAR;
            }

            @Override
            public Fault requested(S3Request request, long number) {
                return faults.requested(request, number);
            }
        };
    }

    private List<Fault> faults() {
        SplittableRandom random = new SplittableRandom(seed * 31).split();
        int large = random.nextInt(LARGE);
        int small = random.nextInt(500);
        return List.of(
                Fault.answer(500, "InternalError"),
                Fault.answer(503, "SlowDown"),
                Fault.answer(429, "TooManyRequests"),
                Fault.refuse(),
                Fault.cutRequest(small),
                Fault.cutRequest(large),
                Fault.corruptRequest(small),
                Fault.corruptRequest(large),
                Fault.loseResponse(),
                Fault.loseResponse(),
                Fault.silence(),
                Fault.cutResponse(small),
                Fault.cutResponse(large),
                Fault.truncateResponse(small),
                Fault.truncateResponse(large),
                Fault.stallResponse(small),
                Fault.stallResponse(large),
                Fault.corruptResponse(small),
                Fault.corruptResponse(large),
                Fault.wrongLength(-1 - small),
                Fault.wrongLength(1 + small),
                Fault.delay(Duration.ofMillis(random.nextInt(200))));
    }
}

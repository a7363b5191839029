package io.holdfast.backup.core.manifest;

import io.holdfast.backup.Clock;
import java.math.BigInteger;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes ids that only ascend, even when the clock goes back. Safe for use by several threads if the random generator is.
 */
public final class BackupIdGenerator {
    static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int RANDOM_BITS = 80;
    private static final BigInteger GREATEST = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private final Clock clock;
    private final RandomGenerator random;
    private Optional<BackupId> last = Optional.empty();

    /**
     * Creates a generator.
     *
     * @param clock where the time comes from
     * @param random where the other 80 bits come from
     */
    public BackupIdGenerator(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * Returns the least id of the present time: every id that was made from now on is greater, unless the clock goes back.
     *
     * @return an id that is used for comparisons only
     */
    public BackupId floor() {
        return format(timeBits());
    }

    /**
     * Returns a new id, greater than all that this generator made.
     *
     * @param greatestKnown the greatest id that others made, if there is one; the new id is greater
     * @return the id
     */
    public synchronized BackupId next(Optional<BackupId> greatestKnown) {
        byte[] bits = new byte[RANDOM_BITS / 8];
        random.nextBytes(bits);
        BackupId fresh = format(timeBits().or(new BigInteger(1, bits)));
        BackupId id = above(above(fresh, last), greatestKnown);
        last = Optional.of(id);
        return id;
    }

    private static BackupId above(BackupId candidate, Optional<BackupId> floor) {
        if (floor.isEmpty() || candidate.compareTo(floor.get()) > 0) {
            return candidate;
        }
        BigInteger bumped = parse(floor.get()).add(BigInteger.ONE);
        if (bumped.compareTo(GREATEST) > 0) {
            throw new IllegalStateException("No id is greater than " + floor.get());
        }
        return format(bumped);
    }

    private BigInteger timeBits() {
        long millis = Math.max(0, clock.now().toEpochMilli());
        return BigInteger.valueOf(millis).shiftLeft(RANDOM_BITS);
    }

    private static BigInteger parse(BackupId id) {
        BigInteger bits = BigInteger.ZERO;
        for (int i = 0; i < id.value().length(); i++) {
            bits = bits.shiftLeft(5)
                    .or(BigInteger.valueOf(ALPHABET.indexOf(id.value().charAt(i))));
        }
        return bits;
    }

    private static BackupId format(BigInteger bits) {
        char[] text = new char[26];
        BigInteger rest = bits;
        for (int i = text.length - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt(rest.intValue() & 31);
            rest = rest.shiftRight(5);
        }
        return new BackupId(new String(text));
    }
}

package io.holdfast.backup.destination;

/** What a destination can do beyond the least that the contract asks of it. What is declared must hold. */
public enum Capability {
    /** Of many concurrent commits on one key exactly one wins, for objects of any size (rule D2). */
    EXCLUSIVE_COMMIT,
    /** Of many concurrent commits on one key exactly one wins, for objects of up to 1 MiB (rule D2). */
    EXCLUSIVE_SMALL_COMMIT
}

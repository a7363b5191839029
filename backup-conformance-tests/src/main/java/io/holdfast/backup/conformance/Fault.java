package io.holdfast.backup.conformance;

/** A way in which a destination's server, disk or network fails, for {@link FaultInjection}. */
public enum Fault {
    /** Every operation is refused for lack of rights. */
    DENIED,
    /** Nothing can be reached: connections are refused. */
    UNREACHABLE,
    /** Every operation is refused for now: too many requests. */
    THROTTLED,
    /** Writes are refused: the disk or the quota is full. */
    NO_SPACE,
    /** A read breaks off before the object's end, after some bytes; so does every attempt to read on. */
    READ_BREAKS,
    /** A listing breaks off after its first page; so does every attempt to go on. */
    LIST_BREAKS,
    /** A commit happens, and its answer gets lost. Strikes once; the next request is answered. */
    COMMIT_ANSWER_LOST,
    /** A commit gets lost on its way, so it does not happen, and no answer comes. Strikes once; the next request is answered. */
    COMMIT_REQUEST_LOST,
    /** Writes and commits wait until the fault ends. */
    STALL
}

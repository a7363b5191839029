package io.holdfast.testbed.chaos;

/**
 * What happens to a message on its way.
 *
 * @param kind what
 * @param at after how many bytes of its body; {@link #BEFORE_ALL} for before its first line. Past the body's end, nothing happens
 */
public record Spoiling(Kind kind, long at) {
    /** Before the first line of the message. */
    public static final long BEFORE_ALL = -1;
    /** All is well. */
    public static final Spoiling NONE = new Spoiling(Kind.NONE, Long.MAX_VALUE);

    /** What happens. */
    public enum Kind {
        /** Nothing. */
        NONE,
        /** The connection is reset. */
        RESET,
        /** The connection is closed as if all were well. */
        CLOSE,
        /** Nothing more comes, and the connection stays open until the client gives up. */
        STALL,
        /** One bit of the next byte is turned. */
        FLIP
    }

    boolean is(Kind other) {
        return kind == other;
    }
}

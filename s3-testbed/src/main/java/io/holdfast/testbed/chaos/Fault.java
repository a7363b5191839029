package io.holdfast.testbed.chaos;

import java.time.Duration;
import java.util.Optional;

/**
 * What is done to one request and its response. Immutable.
 *
 * @param name what it is called in counts and tables
 * @param answer what is answered in the place of the server, which then never hears of the request
 * @param delay how long the request is held back
 * @param request what happens to the request
 * @param response what happens to the response
 * @param lengthError how many bytes more than there are the response's Content-Length says
 */
public record Fault(
        String name, Optional<Answer> answer, Duration delay, Spoiling request, Spoiling response, long lengthError) {
    /** All is well. */
    public static final Fault NONE =
            new Fault("none", Optional.empty(), Duration.ZERO, Spoiling.NONE, Spoiling.NONE, 0);

    /**
     * An error from something that is not the server.
     *
     * @param status the HTTP status
     * @param code the code in the XML of the body
     */
    public record Answer(int status, String code) {}

    /** Returns an error in the place of the server's answer, such as 503 and SlowDown. */
    public static Fault answer(int status, String code) {
        return new Fault(
                "answer-" + status + "-" + code,
                Optional.of(new Answer(status, code)),
                Duration.ZERO,
                Spoiling.NONE,
                Spoiling.NONE,
                0);
    }

    /** Returns a pause before the request reaches the server. */
    public static Fault delay(Duration delay) {
        return new Fault("delay", Optional.empty(), delay, Spoiling.NONE, Spoiling.NONE, 0);
    }

    /** Returns a reset before the server hears of the request. */
    public static Fault refuse() {
        return request("refuse", Spoiling.Kind.RESET, Spoiling.BEFORE_ALL);
    }

    /** Returns a reset after so many bytes of the request's body. */
    public static Fault cutRequest(long at) {
        return request("cut-request", Spoiling.Kind.RESET, at);
    }

    /** Returns a turned bit in the request's body. */
    public static Fault corruptRequest(long at) {
        return request("corrupt-request", Spoiling.Kind.FLIP, at);
    }

    /** Returns the loss of the response to a request that the server has carried out, by a reset. */
    public static Fault loseResponse() {
        return response("lose-response", Spoiling.Kind.RESET, Spoiling.BEFORE_ALL);
    }

    /** Returns the loss of the response to a request that the server has carried out, by silence. */
    public static Fault silence() {
        return response("silence", Spoiling.Kind.STALL, Spoiling.BEFORE_ALL);
    }

    /** Returns a reset after so many bytes of the response's body. */
    public static Fault cutResponse(long at) {
        return response("cut-response", Spoiling.Kind.RESET, at);
    }

    /** Returns an orderly end after so many bytes of the response's body. */
    public static Fault truncateResponse(long at) {
        return response("truncate-response", Spoiling.Kind.CLOSE, at);
    }

    /** Returns silence after so many bytes of the response's body. */
    public static Fault stallResponse(long at) {
        return response("stall-response", Spoiling.Kind.STALL, at);
    }

    /** Returns a turned bit in the response's body. */
    public static Fault corruptResponse(long at) {
        return response("corrupt-response", Spoiling.Kind.FLIP, at);
    }

    /** Returns a Content-Length of the response that is wrong by so many bytes. */
    public static Fault wrongLength(long error) {
        return new Fault("wrong-length", Optional.empty(), Duration.ZERO, Spoiling.NONE, Spoiling.NONE, error);
    }

    private static Fault request(String name, Spoiling.Kind kind, long at) {
        return new Fault(name, Optional.empty(), Duration.ZERO, new Spoiling(kind, at), Spoiling.NONE, 0);
    }

    private static Fault response(String name, Spoiling.Kind kind, long at) {
        return new Fault(name, Optional.empty(), Duration.ZERO, Spoiling.NONE, new Spoiling(kind, at), 0);
    }
}

package io.holdfast.testbed.chaos;

/** Says what goes wrong, and when. Called by many threads. */
public interface Script {
    /** All is well. */
    Script NOTHING = new Script() {};

    /**
     * A client has connected.
     *
     * @param number how many had connected before
     * @return what the connection is like
     */
    default Weather connected(long number) {
        return Weather.CLEAR;
    }

    /**
     * A request has come.
     *
     * @param request the request
     * @param number how many of the same operation had come before
     * @return what is done to it
     */
    default Fault requested(S3Request request, long number) {
        return Fault.NONE;
    }

    /** Returns a script in which each connection is reset after so many bytes in either direction. */
    static Script cutAfter(long bytes) {
        return new Script() {
            @Override
            public Weather connected(long number) {
                return Weather.cutAfter(bytes);
            }
        };
    }

    /** Returns a script in which one request fails: the one of this operation before which so many have come. */
    static Script once(String operation, long number, Fault fault) {
        return new Script() {
            @Override
            public Fault requested(S3Request request, long before) {
                return request.operation().equals(operation) && before == number ? fault : Fault.NONE;
            }
        };
    }

    /** Returns a script in which every request of an operation fails. */
    static Script always(String operation, Fault fault) {
        return new Script() {
            @Override
            public Fault requested(S3Request request, long before) {
                return request.operation().equals(operation) ? fault : Fault.NONE;
            }
        };
    }
}

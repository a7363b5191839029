package io.holdfast.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A program that serves S3 out of memory until it is ended, on port 9000, or the one that is its argument. The keys are those
 * of the variables {@code AWS_ACCESS_KEY_ID} and {@code AWS_SECRET_ACCESS_KEY}. For a container, or a process of its own.
 */
public final class ServeS3 {
    private ServeS3() {}

    /**
     * Runs the program.
     *
     * @param args the port, if it is not 9000
     */
    public static void main(String[] args) throws IOException {
        int port = args.length == 0 ? 9000 : Integer.parseInt(args[0]);
        // Its threads keep the program alive.
        S3Server server = LocalS3Server.open(port, variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
    }

    private static void close(S3Server server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException("The environment variable " + name + " is missing");
        }
        return value;
    }
}

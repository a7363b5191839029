package io.holdfast.testbed;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

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
    public static void main(String[] args) throws Exception {
        String port = args.length == 0 ? "9000" : args[0];
        S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .endpoint(URI.create("http://0.0.0.0:" + port))
                .awsAuthentication(
                        AuthenticationType.AWS_V4, variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"))
                .build()
                .start();
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException("The environment variable " + name + " is missing");
        }
        return value;
    }
}

package io.holdfast.tests.s3;

import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.ServerCertificate;
import java.nio.file.Path;

/**
 * A program that serves S3 until its input ends: out of a directory, its first argument, and over TLS as well with the
 * certificate in a second one. Tells its endpoint first, and the secure port if it has one.
 */
final class ServerProgram {
    private ServerProgram() {}

    public static void main(String[] args) throws Exception {
        try (LocalS3Server server = args.length == 1
                ? LocalS3Server.onDisk(Path.of(args[0]))
                : LocalS3Server.withTls(Path.of(args[0]), ServerCertificate.in(Path.of(args[1])))) {
            System.out.println(server.endpoint());
            if (args.length > 1) {
                System.out.println(server.securePort());
            }
            while (System.in.read() >= 0) {}
        }
    }
}

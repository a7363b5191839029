package io.holdfast.tests.s3;

import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import java.nio.file.Path;

/** A program that serves S3 out of a directory, its argument, until its input ends; tells its endpoint first. */
final class ServerProgram {
    private ServerProgram() {}

    public static void main(String[] args) throws Exception {
        try (S3Server server = LocalS3Server.onDisk(Path.of(args[0]))) {
            System.out.println(server.endpoint());
            while (System.in.read() >= 0) {}
        }
    }
}

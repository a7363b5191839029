package io.holdfast.tests.s3;

import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;

/** A program that serves S3 out of memory until its input ends; tells its endpoint first. */
final class ServerProgram {
    private ServerProgram() {}

    public static void main(String[] args) throws Exception {
        try (S3Server server = LocalS3Server.inMemory()) {
            System.out.println(server.endpoint());
            while (System.in.read() >= 0) {}
        }
    }
}

package io.holdfast.testbed;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Runs a program with a destination on a server of its own, which ends with it. What it stored stays on disk. */
public final class WithLocalS3 {
    private WithLocalS3() {}

    /**
     * Runs the program.
     *
     * @param args the name of the program's class, and what it is to be told before {@code --destination} and the URI
     */
    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        if (args.length == 0) {
            throw new IllegalArgumentException("Expected the name of a class with a main method, found nothing");
        }
        Path data = Files.createTempDirectory("holdfast-s3-");
        try (S3Server server = LocalS3Server.onDisk(data)) {
            String[] told = Arrays.copyOfRange(args, 1, args.length + 2);
            told[args.length - 1] = "--destination";
            told[args.length] =
                    server.destination(server.newBucket() + "/backups").toString();
            Class.forName(args[0], true, Thread.currentThread().getContextClassLoader())
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) told);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(args[0] + " failed", e.getCause());
        }
    }
}

package io.holdfast.tests.s3;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program whose threads race for keys. Arguments: the destination's URI, how many threads, and how many bytes each writes.
 * Each line of input is a key; the answer is the content of those who won it, or a failure.
 */
final class Racer {
    private final Destination destination;
    private final int size;

    private Racer(Destination destination, int size) {
        this.destination = destination;
        this.size = size;
    }

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[1]);
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try (Destination destination = Destinations.open(URI.create(args[0]))) {
            Racer racer = new Racer(destination, Integer.parseInt(args[2]));
            System.out.println("ready");
            BufferedReader keys = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String key = keys.readLine(); key != null; key = keys.readLine()) {
                System.out.println(racer.race(key, threads, count));
            }
        } finally {
            threads.shutdown();
        }
    }

    private String race(String key, ExecutorService threads, int count) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(count);
        List<Future<String>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String writer = ProcessHandle.current().pid() + "-" + i;
            results.add(threads.submit(() -> commit(key, writer, barrier)));
        }
        List<String> winners = new ArrayList<>();
        for (Future<String> result : results) {
            if (!result.get().isEmpty()) {
                winners.add(result.get());
            }
        }
        return winners.toString();
    }

    private String commit(String key, String writer, CyclicBarrier barrier) throws Exception {
        try (ObjectUpload upload = destination.upload(key)) {
            upload.write(writer.getBytes(StandardCharsets.UTF_8));
            upload.write(new byte[size]);
            barrier.await();
            upload.commit();
            return writer;
        } catch (BackupException e) {
            return e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS ? "" : "FAILED " + e.getMessage();
        }
    }
}

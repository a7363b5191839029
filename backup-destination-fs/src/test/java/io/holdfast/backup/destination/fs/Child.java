package io.holdfast.backup.destination.fs;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Another process that uses a destination: obeys one command a line, and answers with one line each. */
final class Child {
    private final Map<String, ObjectUpload> uploads = new HashMap<>();
    private final Path root;
    private final Duration heartbeat;
    private Destination destination;

    private Child(Path root, Duration heartbeat) {
        this.root = root;
        this.heartbeat = heartbeat;
    }

    /** Arguments: the root, and the milliseconds between heartbeats. */
    public static void main(String[] args) throws Exception {
        // Loads the classes of a failure, as long as files can be opened.
        FsErrors.failure("load", null, Path.of("/"), new IOException("none"));
        Child child = new Child(Path.of(args[0]), Duration.ofMillis(Long.parseLong(args[1])));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(child.answer(line.split(" ")));
        }
    }

    private String answer(String[] command) throws Exception {
        try {
            return "ok" + obey(command);
        } catch (BackupException e) {
            return e.code().wireValue() + " " + e.getMessage();
        } catch (IllegalArgumentException e) {
            return "illegal_argument " + e.getMessage();
        }
    }

    private String obey(String[] command) throws Exception {
        switch (command[0]) {
            case "open" -> {
                RootLocation.create(root);
                destination = Tree.open(root, heartbeat);
                return " " + destination.info().capabilities().size();
            }
            case "upload" -> uploads.put(command[1], destination.upload(command[1]));
            case "write" -> write(uploads.get(command[1]), Long.parseLong(command[2]));
            case "commit" -> uploads.get(command[1]).commit();
            case "close" -> uploads.get(command[1]).close();
            case "put" -> put(command[1], Long.parseLong(command[2]));
            case "read" -> {
                return " " + read(command[1]);
            }
            case "stat" -> {
                return " " + destination.stat(command[1]).isPresent();
            }
            case "list" -> {
                return " " + Tree.keys(destination);
            }
            case "delete" -> destination.delete(command[1]);
            case "discard" -> {
                return " " + destination.discardAbandoned(Instant.MAX);
            }
            case "check" -> {
                return " " + destination.check().stream().map(Finding::code).toList();
            }
            case "race" -> {
                return " " + race(command[1], Integer.parseInt(command[2]));
            }
            default -> throw new IllegalArgumentException(command[0]);
        }
        return "";
    }

    private void put(String key, long size) throws IOException {
        try (ObjectUpload upload = destination.upload(key)) {
            write(upload, size);
            upload.commit();
        }
    }

    private static void write(ObjectUpload upload, long size) throws IOException {
        byte[] bytes = new byte[1 << 20];
        for (long left = size; left > 0; left -= bytes.length) {
            upload.write(bytes, 0, (int) Math.min(bytes.length, left));
        }
    }

    private long read(String key) throws IOException {
        byte[] bytes = new byte[4 << 20];
        long total = 0;
        try (InputStream in = destination.open(key, 0)) {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                total += count;
            }
        }
        return total;
    }

    /** Lets many threads commit one key at once; returns how many won. Any failure but a taken key is thrown. */
    private int race(String key, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        CyclicBarrier barrier = new CyclicBarrier(count);
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            results.add(threads.submit(() -> {
                try (ObjectUpload upload = destination.upload(key)) {
                    upload.write(new byte[1_000]);
                    barrier.await();
                    upload.commit();
                    return 1;
                } catch (BackupException e) {
                    if (e.code() != ErrorCode.DESTINATION_OBJECT_EXISTS) {
                        throw e;
                    }
                    return 0;
                }
            }));
        }
        int won = 0;
        for (Future<Integer> result : results) {
            won += result.get();
        }
        threads.shutdown();
        return won;
    }
}

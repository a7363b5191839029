package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What commits do when several come at the same time. */
abstract class RaceRules {
    /** The largest object that counts as small. */
    private static final int SMALL = 1 << 20;

    @Test
    @Rule("D2")
    void of_many_small_commits_at_once_exactly_one_wins(Bench bench) throws Exception {
        Set<Capability> declared = bench.destination().info().capabilities();
        boolean small =
                declared.contains(Capability.EXCLUSIVE_SMALL_COMMIT) || declared.contains(Capability.EXCLUSIVE_COMMIT);
        race(bench, bench.content(500), small, "EXCLUSIVE_SMALL_COMMIT");
        race(bench, bench.content(SMALL), small, "EXCLUSIVE_SMALL_COMMIT");
    }

    @Test
    @Rule("D2")
    void of_many_big_commits_at_once_exactly_one_wins(Bench bench) throws Exception {
        Set<Capability> declared = bench.destination().info().capabilities();
        boolean any = declared.contains(Capability.EXCLUSIVE_COMMIT);
        race(bench, bench.bigContent(), any, "EXCLUSIVE_COMMIT");
    }

    private static void race(Bench bench, Content shape, boolean declared, String capability) throws Exception {
        boolean big = shape.size() > 1 << 16;
        int writers =
                big ? Math.min(8, bench.profile().writers()) : bench.profile().writers();
        int rounds = bench.profile().rounds();
        List<Destination> handles = bench.handles();
        for (int round = 0; round < rounds; round++) {
            String key = bench.key("race-" + shape.size() + "-" + round);
            List<Integer> winners = raceOnce(bench, handles, key, shape.size(), writers, declared);
            if (!declared && winners.size() > 1) {
                throw new NotDeclared(capability + ", and seen to be lacking: " + winners.size() + " of " + writers
                        + " commits at once succeeded");
            }
        }
        if (!declared) {
            throw new NotDeclared(capability + ", though none of " + rounds + " races had two winners; see whether the "
                    + "driver may declare it");
        }
    }

    private static List<Integer> raceOnce(
            Bench bench, List<Destination> handles, String key, long size, int writers, boolean declared)
            throws Exception {
        List<Content> contents =
                Stream.generate(() -> bench.content(size)).limit(writers).toList();
        List<Boolean> won = bench.crew().together(writers, "a commit among " + writers, i -> {
            ObjectUpload upload = begin(bench, handles.get(i % handles.size()), key, contents.get(i));
            return () -> commits(upload);
        });
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            if (won.get(i)) {
                winners.add(i);
            }
        }
        if (declared) {
            Expect.that(
                    winners.size() == 1,
                    winners.size() + " of " + writers + " commits at once on " + key + " succeeded",
                    "exactly one winner");
            bench.expectObject(bench.destination(), key, contents.get(winners.get(0)), "after its commit won the race");
        }
        return winners;
    }

    private static ObjectUpload begin(Bench bench, Destination handle, String key, Content content) {
        try {
            return bench.begin(handle, key, content);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean commits(ObjectUpload upload) {
        try (upload) {
            upload.commit();
            return true;
        } catch (BackupException e) {
            Expect.that(
                    e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS,
                    "a commit that lost the race threw " + e,
                    "the code " + ErrorCode.DESTINATION_OBJECT_EXISTS.wireValue());
            return false;
        }
    }

    @Test
    @Rule("D1")
    void whoever_reads_while_others_commit_sees_whole_objects_or_none(Bench bench) throws Exception {
        List<Destination> handles = bench.handles();
        for (int round = 0; round < 2 * bench.profile().rounds(); round++) {
            String key = bench.key("watched-" + round);
            Content content = bench.content(3L * Math.min(bench.largestBoundary(), 1 << 18) + 5);
            ObjectUpload upload = bench.begin(key, content);
            AtomicBoolean committed = new AtomicBoolean();
            CountDownLatch watching = new CountDownLatch(handles.size());
            List<Future<Boolean>> watchers = new ArrayList<>();
            for (Destination handle : handles) {
                watchers.add(bench.crew().start(() -> watch(bench, handle, key, content, committed, watching)));
            }
            bench.crew().await(watching, "the readers' first look");
            upload.commit();
            committed.set(true);
            for (Future<Boolean> watcher : watchers) {
                bench.crew().finish(watcher, "reading while another thread commits");
            }
        }
    }

    private static boolean watch(
            Bench bench,
            Destination handle,
            String key,
            Content content,
            AtomicBoolean committed,
            CountDownLatch watching)
            throws Exception {
        boolean last;
        do {
            last = committed.get();
            for (long size : sizes(handle, key)) {
                Expect.that(
                        size == content.size(),
                        key + " has " + size + " bytes while it is committed",
                        "no object, or all " + content.size() + " bytes");
                bench.expectBytes(handle, key, content, 0, "as soon as it was seen");
            }
            watching.countDown();
        } while (!last);
        return true;
    }

    private static List<Long> sizes(Destination handle, String key) {
        List<Long> sizes = new ArrayList<>();
        handle.stat(key).ifPresent(info -> sizes.add(info.size()));
        try (Stream<ObjectInfo> listing = handle.list(key, "")) {
            listing.forEach(info -> sizes.add(info.size()));
        }
        return sizes;
    }
}

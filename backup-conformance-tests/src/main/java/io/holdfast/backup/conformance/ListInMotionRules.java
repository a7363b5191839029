package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Recovery;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a listing does while objects come and go, and when it fails. */
abstract class ListInMotionRules {
    @Test
    @Rule("D5")
    void what_stays_is_listed_once_while_neighbours_come_and_go(Bench bench) throws Exception {
        List<String> stable = IntStream.range(0, 40)
                .mapToObj(i -> bench.key(String.format("f%d/stable-%02d", i / 8, i)))
                .toList();
        for (String key : stable) {
            bench.put(key, bench.content(1));
        }
        AtomicBoolean done = new AtomicBoolean();
        List<Future<Boolean>> movers = new ArrayList<>();
        for (int mover = 0; mover < 3; mover++) {
            String name = "m" + mover;
            movers.add(bench.crew().start(() -> {
                for (int i = 0; !done.get(); i++) {
                    String beside = bench.key("f" + i % 5 + "/" + name + "-" + i);
                    String alone = bench.key("g" + i % 5 + "-" + name + "/x/y");
                    bench.put(beside, bench.content(1));
                    bench.put(alone, bench.content(1));
                    bench.destination().delete(beside);
                    bench.destination().delete(alone);
                }
                return true;
            }));
        }
        try {
            for (int round = 0; round < bench.profile().rounds(); round++) {
                List<String> found = bench.keys(bench.destination(), bench.prefix() + "/", "");
                Expect.same(
                        found.stream().filter(key -> key.contains("/stable-")).toList(),
                        stable,
                        "what a list shows of the objects that stay");
                Expect.same(found, found.stream().sorted().distinct().toList(), "a list while objects come and go");
            }
        } finally {
            done.set(true);
        }
        for (Future<Boolean> mover : movers) {
            bench.crew().finish(mover, "writing and deleting while others list");
        }
    }

    @Test
    @Rule("D5")
    void objects_deleted_during_a_listing_do_not_break_it(Bench bench) throws Exception {
        List<String> keys = ListRules.populate(bench, Math.min(bench.profile().listed(), 500));
        List<String> seen = new ArrayList<>();
        try (Stream<ObjectInfo> listing = bench.destination().list(bench.prefix() + "/", "")) {
            Iterator<ObjectInfo> objects = listing.iterator();
            seen.add(objects.next().key());
            for (int i = 1; i < keys.size() - 1; i++) {
                bench.destination().delete(keys.get(i));
            }
            objects.forEachRemaining(info -> seen.add(info.key()));
        }
        Expect.same(seen.get(0), keys.get(0), "the first key");
        Expect.same(seen.get(seen.size() - 1), keys.get(keys.size() - 1), "the last key, which was not deleted,");
        Expect.same(seen, seen.stream().sorted().distinct().toList(), "a list while objects are deleted");
    }

    @Test
    @Rule("D5")
    void a_listing_that_is_interrupted_or_closed_does_not_look_complete(Bench bench) throws Exception {
        // More than most servers put on a page.
        ListRules.populate(bench, Math.min(bench.profile().listed(), 1_100));
        List<String> all = bench.keys(bench.destination(), bench.prefix() + "/", "");
        bench.crew().soon("a listing by a thread that is interrupted", () -> {
            expectAllOrFailure(bench, all, "its thread was interrupted", Thread.currentThread()::interrupt);
        });
        expectAllOrFailure(bench, all, "its destination was closed", bench.destination()::close);
    }

    private static void expectAllOrFailure(Bench bench, List<String> all, String when, Runnable afterFirst) {
        List<String> seen = new ArrayList<>();
        try (Stream<ObjectInfo> listing = bench.destination().list(bench.prefix() + "/", "")) {
            Iterator<ObjectInfo> objects = listing.iterator();
            seen.add(objects.next().key());
            afterFirst.run();
            objects.forEachRemaining(info -> seen.add(info.key()));
        } catch (BackupException | IllegalStateException e) {
            return;
        }
        Expect.that(
                seen.equals(all),
                "a listing ended after " + seen.size() + " of " + all.size() + " keys when " + when,
                "a failure, or all keys");
    }

    @Test
    @Rule("D5")
    void a_listing_that_breaks_off_fails(Bench bench) throws Exception {
        bench.requireFault(Fault.LIST_BREAKS);
        int count = ListRules.populate(bench, bench.profile().listed()).size();
        bench.during(Fault.LIST_BREAKS, () -> {
            DestinationException failure = Expect.thrown(
                    DestinationException.class,
                    "listing " + count + " objects while the list breaks off after a page",
                    () -> bench.keys(bench.destination(), bench.prefix() + "/", ""));
            Expect.same(failure.code().recovery(), Recovery.RETRY, "the recovery of " + failure);
        });
    }
}

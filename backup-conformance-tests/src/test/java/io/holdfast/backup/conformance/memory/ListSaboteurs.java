package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Listings that lack, repeat or disorder (D5). */
final class ListSaboteurs {
    private static final int PAGE = 50;

    private ListSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                changing("list-cut-at-a-page", "D5", list -> list.limit(PAGE)),
                changing("list-cut-at-the-second-page", "D5", list -> list.limit(2 * PAGE)),
                changing("list-unordered", "D5", list -> sorted(list, Comparator.comparing(key -> key.hashCode()))),
                changing("list-in-order-of-folders", "D5", list -> sorted(list, ListSaboteurs::byFolder)),
                changing(
                        "list-ignores-case-in-order",
                        "D5",
                        list -> sorted(list, Comparator.comparing(key -> key.toLowerCase(Locale.ROOT)))),
                changing("list-loses-one-at-each-page", "D5", list -> pick(list, i -> i % PAGE == PAGE - 1 ? 0 : 1)),
                changing("list-repeats-one-at-each-page", "D5", list -> pick(list, i -> i % PAGE == PAGE - 1 ? 2 : 1)),
                changing(
                        "list-hides-dotted-names",
                        "D5 D7 D10",
                        list -> list.filter(info -> !info.key().contains("/."))),
                changing("list-stops-when-broken", "D5", ListSaboteurs::untilBroken),
                changing("interrupted-list-looks-complete", "D5", list -> endsAt(list, BackupAbortedException.class)),
                changing("closed-list-looks-complete", "D5", list -> endsAt(list, IllegalStateException.class)),
                changing(
                        "list-tells-size-in-blocks",
                        "D5 D1 D4",
                        list -> list.map(info ->
                                new ObjectInfo(info.key(), (info.size() + 511) / 512 * 512, info.lastModified()))),
                listing(
                        "list-includes-its-start",
                        "D5",
                        (inner, prefix, after) -> Stream.concat(
                                start(inner, after).filter(i -> i.key().startsWith(prefix)),
                                inner.list(prefix, after))),
                listing(
                        "list-needs-an-existing-start",
                        "D5",
                        (inner, prefix, after) -> after.isEmpty() || exists(inner, after)
                                ? inner.list(prefix, after)
                                : inner.list(prefix, "")),
                listing(
                        "list-takes-prefix-as-folder",
                        "D5",
                        (inner, prefix, after) -> inner.list(prefix, after)
                                .filter(info -> prefix.isEmpty()
                                        || prefix.endsWith("/")
                                        || info.key().equals(prefix)
                                        || info.key().startsWith(prefix + "/"))),
                listing(
                        "list-takes-prefix-as-pattern",
                        "D5",
                        (inner, prefix, after) -> inner.list("", after)
                                .filter(info -> Pattern.compile(prefix)
                                        .matcher(info.key())
                                        .lookingAt())),
                listing(
                        "list-breaks-when-objects-vanish",
                        "D5",
                        (inner, prefix, after) ->
                                inner.list(prefix, after).toList().stream().peek(info -> requireThere(inner, info))));
    }

    interface Listing {
        Stream<ObjectInfo> list(MemoryDestination inner, String prefix, String startAfter);
    }

    private interface Change {
        Stream<ObjectInfo> apply(Stream<ObjectInfo> honest);
    }

    private interface Times {
        int of(int index);
    }

    static Saboteur listing(String name, String rules, Listing listing) {
        return listing(name, rules, ObjectKey::requireValidPrefix, listing);
    }

    static Saboteur listing(String name, String rules, Consumer<String> requireValid, Listing listing) {
        return Saboteur.simple(name, rules, honest -> new ForwardingDestination(honest) {
            @Override
            public Stream<ObjectInfo> list(String prefix, String startAfter) {
                requireValid.accept(prefix);
                requireValid.accept(startAfter);
                return listing.list(inner, prefix, startAfter);
            }
        });
    }

    private static Saboteur changing(String name, String rules, Change change) {
        return listing(name, rules, (inner, prefix, after) -> change.apply(inner.list(prefix, after)));
    }

    private static Stream<ObjectInfo> sorted(Stream<ObjectInfo> list, Comparator<String> order) {
        return list.sorted(Comparator.comparing(ObjectInfo::key, order));
    }

    private static int byFolder(String one, String other) {
        return Arrays.compare(one.split("/"), other.split("/"));
    }

    private static Stream<ObjectInfo> pick(Stream<ObjectInfo> list, Times times) {
        List<ObjectInfo> all = list.toList();
        return IntStream.range(0, all.size())
                .boxed()
                .flatMap(i -> Stream.generate(() -> all.get(i)).limit(times.of(i)));
    }

    private static Stream<ObjectInfo> untilBroken(Stream<ObjectInfo> list) {
        List<ObjectInfo> found = new ArrayList<>();
        Iterator<ObjectInfo> objects = list.iterator();
        try {
            objects.forEachRemaining(found::add);
        } catch (DestinationException e) {
            if (found.isEmpty()) {
                throw e;
            }
        }
        return found.stream();
    }

    /** Takes a failure of any page but the first for the end. */
    private static Stream<ObjectInfo> endsAt(Stream<ObjectInfo> list, Class<? extends RuntimeException> failure) {
        Spliterator<ObjectInfo> honest = list.spliterator();
        return StreamSupport.stream(
                new Spliterators.AbstractSpliterator<ObjectInfo>(Long.MAX_VALUE, Spliterator.ORDERED) {
                    private boolean begun;

                    @Override
                    public boolean tryAdvance(Consumer<? super ObjectInfo> action) {
                        try {
                            boolean more = honest.tryAdvance(action);
                            begun = true;
                            return more;
                        } catch (RuntimeException e) {
                            if (begun && failure.isInstance(e)) {
                                return false;
                            }
                            throw e;
                        }
                    }
                },
                false);
    }

    private static Stream<ObjectInfo> start(MemoryDestination inner, String after) {
        return exists(inner, after) ? inner.stat(after).stream() : Stream.empty();
    }

    private static boolean exists(MemoryDestination inner, String key) {
        return inner.server().bytes(key).isPresent();
    }

    private static void requireThere(MemoryDestination inner, ObjectInfo info) {
        if (!exists(inner, info.key())) {
            throw new DestinationException(ErrorCode.INTERNAL, info.key(), "vanished: " + info.key(), null);
        }
    }
}

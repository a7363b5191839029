package io.holdfast.backup.conformance.store;

import io.holdfast.backup.conformance.score.Contestant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A store that is broken on purpose.
 *
 * @param name what it does wrong, in words joined by hyphens
 * @param breaks the rule that must be reported
 * @param also rules that may be reported besides
 * @param open opens an empty one
 */
public record StoreSaboteur(String name, String breaks, Set<String> also, Supplier<ShelfStore> open)
        implements Contestant {
    /** The one that breaks nothing. */
    public static final StoreSaboteur HONEST = of("no-store", "none", ShelfStore::new);

    static StoreSaboteur of(String name, String rules, Supplier<ShelfStore> open) {
        List<String> all = Arrays.asList(rules.split(" "));
        return new StoreSaboteur(name, all.get(0), new TreeSet<>(all.subList(1, all.size())), open);
    }

    /** Returns all that are broken. */
    public static List<StoreSaboteur> all() {
        return Stream.of(SnapshotSaboteurs.all(), RestoreSaboteurs.all(), BehaviourSaboteurs.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Returns those that are odd, and break nothing either. */
    public static List<StoreSaboteur> sound() {
        return SoundStores.all();
    }

    static StoreSaboteur named(String name) {
        return Stream.of(List.of(HONEST), sound(), all())
                .flatMap(List::stream)
                .filter(saboteur -> saboteur.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public Class<?> suite() {
        return SabotagedStoreSuite.class;
    }
}

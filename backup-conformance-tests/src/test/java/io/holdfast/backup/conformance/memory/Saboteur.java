package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.conformance.score.Contestant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A destination that is broken on purpose.
 *
 * @param name what it does wrong, in words joined by hyphens
 * @param breaks the rule that must be reported
 * @param also rules that may be reported besides, because the fault shows there too
 * @param sabotage makes the fault
 */
public record Saboteur(String name, String breaks, Set<String> also, Supplier<Sabotage> sabotage)
        implements Contestant {
    /** The one that breaks nothing. */
    public static final Saboteur HONEST = simple("nobody", "none", ForwardingDestination::new);

    static Saboteur of(String name, String rules, Supplier<Sabotage> sabotage) {
        List<String> all = Arrays.asList(rules.split(" "));
        return new Saboteur(name, all.get(0), new TreeSet<>(all.subList(1, all.size())), sabotage);
    }

    /** For faults without state that handles share. */
    static Saboteur simple(String name, String rules, Function<MemoryDestination, ForwardingDestination> wrap) {
        return of(name, rules, () -> wrap::apply);
    }

    /** Returns all that are broken. */
    public static List<Saboteur> all() {
        return Stream.of(
                        CommitSaboteurs.all(),
                        OverwriteSaboteurs.all(),
                        DurabilitySaboteurs.all(),
                        VisibilitySaboteurs.all(),
                        ListSaboteurs.all(),
                        DeleteSaboteurs.all(),
                        SweepSaboteurs.all(),
                        ReadSaboteurs.all(),
                        CallSaboteurs.all(),
                        FailureSaboteurs.all(),
                        OutcomeSaboteurs.all(),
                        LifecycleSaboteurs.all(),
                        SizeSaboteurs.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Returns those that are odd, and break nothing either. */
    public static List<Saboteur> sound() {
        return SoundDestinations.all();
    }

    static Saboteur named(String name) {
        return Stream.of(List.of(HONEST), sound(), all())
                .flatMap(List::stream)
                .filter(saboteur -> saboteur.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public Class<?> suite() {
        return SabotagedSuite.class;
    }
}

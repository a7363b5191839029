package io.holdfast.backup.conformance.score;

import io.holdfast.backup.conformance.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What the suite reported of one destination or store.
 *
 * @param rules the rules that were reported as violated
 * @param strange failures that name no rule or another one than their test, which a suite must not have
 * @param passed how many tests passed
 * @param took how long it took
 */
record SaboteurRun(Set<String> rules, List<String> strange, int passed, Duration took) {
    static SaboteurRun of(Contestant saboteur) {
        Listener listener = new Listener();
        long start = System.nanoTime();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(saboteur.suite()))
                                .configurationParameter(Contestant.PARAMETER, saboteur.name())
                                .configurationParameter(LauncherConstants.CAPTURE_STDERR_PROPERTY_NAME, "false")
                                .build(),
                        listener);
        return new SaboteurRun(
                listener.rules, listener.strange, listener.passed, Duration.ofNanos(System.nanoTime() - start));
    }

    private static final class Listener implements TestExecutionListener {
        private final Set<String> rules =
                new TreeSet<>(Comparator.comparing((String rule) -> Integer.parseInt(rule.substring(1))));
        private final List<String> strange = new ArrayList<>();
        private int passed;

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                passed += test.isTest() ? 1 : 0;
                return;
            }
            String message = String.valueOf(
                    result.getThrowable().map(Throwable::getMessage).orElse(""));
            String rule = test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(source -> ((MethodSource) source).getJavaMethod().getAnnotation(Rule.class))
                    .map(Rule::value)
                    .orElse("none");
            boolean explained = message.startsWith(rule + " violated: ")
                    && message.endsWith("See docs/CONTRACT.md#" + rule)
                    && message.contains("Seen: ")
                    && message.contains("Expected: ");
            if (explained && result.getStatus() == TestExecutionResult.Status.FAILED) {
                rules.add(rule);
            } else {
                strange.add(test.getDisplayName() + ": " + message);
            }
            if (Boolean.getBoolean("holdfast.saboteurs.verbose")) {
                System.out.println("    " + test.getDisplayName() + ": " + message);
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            strange.add(test.getDisplayName() + " was skipped: " + reason);
        }
    }
}

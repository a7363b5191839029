package io.holdfast.backup.conformance.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.conformance.Profile;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What the suite says of rules that it could not test. */
class RuleReportTest {
    @Test
    void a_bare_suite_fails_nowhere_and_tells_what_it_could_not_test() {
        Outcome outcome = Outcome.of(BareSuite.class);

        assertThat(outcome.failures).isEmpty();
        assertThat(outcome.report).hasSize(18);
        assertThat(outcome.report.get("D1")).startsWith("pass");
        assertThat(outcome.report.get("D3")).startsWith("untestable").contains("override crashAndReopen");
        assertThat(outcome.report.get("D5")).startsWith("pass in part").contains("override faults");
        assertThat(outcome.report.get("D17")).startsWith("untestable").contains("override faults");
        assertThat(outcome.report.get("D18")).startsWith("untestable").contains("override exposures");
    }

    @Test
    void a_capability_that_is_not_declared_is_shown_as_such() {
        assertThat(Outcome.of(BareSuite.class).report.get("D2"))
                .contains("not declared: EXCLUSIVE_COMMIT,")
                .contains("not declared: EXCLUSIVE_SMALL_COMMIT,");
        assertThat(Outcome.of(SmallCommitSuite.class).report.get("D2")).doesNotContain("EXCLUSIVE_SMALL_COMMIT");
    }

    @Test
    void a_gap_that_is_not_accepted_fails() {
        Outcome outcome = Outcome.of(StrictSuite.class);

        assertThat(outcome.failures).isNotEmpty().allMatch(message -> message.startsWith("D17 is not tested here: "));
        assertThat(outcome.report.get("D17")).startsWith("fail");
    }

    static class BareSuite extends DestinationConformance {
        Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        protected Destination openDestination() {
            return MemoryServer.builder()
                    .capabilities(capabilities())
                    .partSize(1024)
                    .build()
                    .open();
        }

        @Override
        protected List<Integer> boundaries() {
            return List.of(1024);
        }

        @Override
        protected Profile profile() {
            return Profile.SMALL;
        }
    }

    static class SmallCommitSuite extends BareSuite {
        @Override
        Set<Capability> capabilities() {
            return Set.of(Capability.EXCLUSIVE_SMALL_COMMIT);
        }
    }

    static class StrictSuite extends BareSuite {
        @Override
        protected Optional<Set<String>> acceptedGaps() {
            return Optional.of(
                    Set.of("D3", "D1", "D4", "D5", "D6", "D7", "D8", "D9", "D10", "D12", "D13", "D14", "D16", "D18"));
        }
    }

    /** Failures and report of one run. */
    private static final class Outcome implements TestExecutionListener {
        private final List<String> failures = new ArrayList<>();
        private final Map<String, String> report = new HashMap<>();

        static Outcome of(Class<?> suite) {
            Outcome outcome = new Outcome();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectClass(suite))
                                    .build(),
                            outcome);
            return outcome;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                failures.add(String.valueOf(
                        result.getThrowable().map(Throwable::getMessage).orElse("")));
            }
        }

        @Override
        public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
            report.putAll(entry.getKeyValuePairs());
        }
    }
}

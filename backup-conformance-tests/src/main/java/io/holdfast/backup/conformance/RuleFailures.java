package io.holdfast.backup.conformance;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestInstances;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/** Turns every failure of a test into one that says which rule broke and what that costs. */
final class RuleFailures implements TestExecutionExceptionHandler {
    static Optional<ContractRule> ruleOf(ExtensionContext context) {
        return context.getTestMethod()
                .flatMap(method -> AnnotationSupport.findAnnotation(method, Rule.class))
                .map(rule -> ContractRule.numbered(rule.value()).orElseThrow());
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        Optional<ContractRule> rule = ruleOf(context);
        if (rule.isEmpty()) {
            throw thrown;
        }
        if (thrown instanceof TestAbortedException) {
            requireAccepted(context, rule.get(), thrown);
            throw thrown;
        }
        String details = thrown instanceof AssertionError
                ? String.valueOf(thrown.getMessage())
                : "Seen: " + thrown + ". Expected: " + context.getDisplayName() + ".";
        throw new AssertionError(rule.get().violated(details), thrown);
    }

    private static void requireAccepted(ExtensionContext context, ContractRule rule, Throwable thrown) {
        Optional<Set<String>> accepted = acceptedGaps(context.getRequiredTestInstances());
        if (thrown instanceof Untestable
                && accepted.isPresent()
                && !accepted.get().contains(rule.name())) {
            throw new AssertionError(
                    rule.name() + " is not tested here: " + thrown.getMessage() + ". Expected: a test, or "
                            + rule.name() + " among acceptedGaps(). See docs/CONTRACT.md#" + rule.name(),
                    thrown);
        }
    }

    private static Optional<Set<String>> acceptedGaps(TestInstances suites) {
        for (Object suite : suites.getAllInstances()) {
            if (suite instanceof BackupableConformance<?> stores) {
                return stores.acceptedGaps();
            }
            if (suite instanceof DestinationConformance destinations) {
                return destinations.acceptedGaps();
            }
        }
        return Optional.empty();
    }
}

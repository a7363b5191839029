package io.holdfast.backup.destination.s3;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Leaves out the tests of what a named server is known to lack, if {@code HOLDFAST_S3_LACKS} says so. Each is shown in the report
 * as untestable, with the reason.
 */
final class KnownLacks implements ExecutionCondition {
    private static final String VARIABLE = "HOLDFAST_S3_LACKS";

    /** What no driver can make good, by the word for it. */
    private static final Map<String, Lack> LACKS = Map.of(
            "abort",
            new Lack(
                    "this server removes the object of a key when an upload to the key is aborted",
                    Set.of(
                            "a_commit_of_many_parts_on_a_taken_key_is_refused",
                            "a_commit_of_many_parts_is_refused_when_the_key_was_taken_since_it_began",
                            "the_probe_finds_no_error_in_a_healthy_destination")));

    private record Lack(String reason, Set<String> tests) {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String word = System.getenv().getOrDefault(VARIABLE, "");
        if (word.isEmpty()) {
            return ConditionEvaluationResult.enabled("nothing is known to be lacking");
        }
        Lack lack = LACKS.get(word);
        if (lack == null) {
            throw new IllegalArgumentException(
                    "Expected one of " + LACKS.keySet() + " in " + VARIABLE + ", found \"" + word + "\"");
        }
        boolean concerned = context.getTestMethod()
                .filter(test -> lack.tests().contains(test.getName()))
                .isPresent();
        return concerned
                ? ConditionEvaluationResult.disabled(lack.reason())
                : ConditionEvaluationResult.enabled("it is not concerned");
    }
}

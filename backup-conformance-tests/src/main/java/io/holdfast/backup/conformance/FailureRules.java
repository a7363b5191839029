package io.holdfast.backup.conformance;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What failures are called, and what they hold. */
abstract class FailureRules {
    @Test
    @Rule("D9")
    void denied_is_not_missing(Bench bench) throws Exception {
        expectQuestionsFail(bench, Fault.DENIED, ErrorCode.DESTINATION_PERMISSION_DENIED);
    }

    @Test
    @Rule("D9")
    void unreachable_is_not_missing(Bench bench) throws Exception {
        expectQuestionsFail(bench, Fault.UNREACHABLE, ErrorCode.DESTINATION_UNREACHABLE);
    }

    @Test
    @Rule("D9")
    void throttled_is_not_missing(Bench bench) throws Exception {
        expectQuestionsFail(bench, Fault.THROTTLED, ErrorCode.DESTINATION_THROTTLED);
    }

    private static void expectQuestionsFail(Bench bench, Fault fault, ErrorCode code) throws Exception {
        Destination destination = bench.destination();
        String there = bench.key("there");
        bench.put(there, bench.content(10));
        bench.during(fault, () -> {
            for (String key : List.of(there, bench.key("not-there"))) {
                Expect.code(code, "stat while " + fault, () -> destination.stat(key));
                Expect.code(
                        code,
                        "open while " + fault,
                        () -> destination.open(key, 0).close());
            }
            Expect.code(code, "list while " + fault, () -> bench.keys(destination, bench.prefix() + "/", ""));
        });
    }

    @Test
    @Rule("D13")
    void what_is_denied_fails_with_its_code_and_cause(Bench bench) throws Exception {
        expectActsFail(bench, Fault.DENIED, ErrorCode.DESTINATION_PERMISSION_DENIED);
    }

    @Test
    @Rule("D13")
    void what_cannot_be_reached_fails_with_its_code_and_cause(Bench bench) throws Exception {
        expectActsFail(bench, Fault.UNREACHABLE, ErrorCode.DESTINATION_UNREACHABLE);
    }

    @Test
    @Rule("D13")
    void what_is_throttled_fails_with_its_code_and_cause(Bench bench) throws Exception {
        expectActsFail(bench, Fault.THROTTLED, ErrorCode.DESTINATION_THROTTLED);
    }

    private static void expectActsFail(Bench bench, Fault fault, ErrorCode code) throws Exception {
        Destination destination = bench.destination();
        String there = bench.key("there");
        Content content = bench.content(10);
        bench.put(there, content);
        Map<String, Expect.Action> acts = new LinkedHashMap<>();
        acts.put("delete", () -> destination.delete(there));
        acts.put("discardAbandoned", () -> destination.discardAbandoned(SweepRules.FAR_AWAY));
        acts.put("stat", () -> destination.stat(there));
        acts.put("upload and commit", () -> bench.put(bench.key("new"), bench.content(10)));
        bench.during(fault, () -> {
            for (Map.Entry<String, Expect.Action> act : acts.entrySet()) {
                DestinationException failure = Expect.code(code, act.getKey() + " while " + fault, act.getValue());
                Expect.that(
                        failure.getCause() != null,
                        act.getKey() + " while " + fault + " threw a failure without cause: " + failure,
                        "the provider's own error as its cause");
            }
        });
        bench.expectObject(destination, there, content, "after its deletion failed");
        bench.expectAbsent(destination, bench.key("new"), "after its commit failed");
    }

    @Test
    @Rule("D13")
    void the_probe_reports_failures_and_throws_none(Bench bench) throws Exception {
        for (Fault fault : List.of(Fault.DENIED, Fault.UNREACHABLE)) {
            bench.during(fault, () -> {
                List<Finding> findings = bench.destination().check();
                Expect.that(
                        findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR),
                        "check reports " + findings + " while " + fault,
                        "an error");
            });
        }
    }

    @Test
    @Rule("D13")
    void a_commit_ends_an_upload(Bench bench) throws Exception {
        String key = bench.key("once");
        Content content = bench.content(10);
        ObjectUpload upload = bench.begin(key, content);
        upload.commit();
        Expect.thrown(IllegalStateException.class, "a second commit of one upload", upload::commit);
        Expect.thrown(IllegalStateException.class, "a write after commit", () -> upload.write(new byte[10]));
        bench.expectObject(bench.destination(), key, content, "after calls that followed its commit");
    }

    @Test
    @Rule("D13")
    void no_message_holds_a_secret(Bench bench) throws Exception {
        Set<String> secrets =
                bench.suite().secrets().orElseThrow(() -> new Untestable("secrets are not known; override secrets"));
        Destination destination = bench.destination();
        String key = bench.key("there");
        bench.put(key, bench.content(1));
        List<String> said = new ArrayList<>();
        said.add(destination.info().toString());
        said.add(destination.toString());
        said.add(destination.check().toString());
        tell(
                said,
                Expect.anyBackupException(
                        "open", () -> destination.open(bench.key("no"), 0).close()));
        tell(said, Expect.anyBackupException("commit", () -> bench.put(key, bench.content(1))));
        Optional<FaultInjection> faults = bench.suite().faults(destination);
        if (faults.isPresent()) {
            for (Fault fault : List.of(Fault.DENIED, Fault.UNREACHABLE)) {
                if (faults.get().supported().contains(fault)) {
                    bench.during(fault, () -> {
                        tell(said, Expect.anyBackupException("stat", () -> destination.stat(key)));
                        said.add(destination.check().toString());
                    });
                }
            }
        }
        for (String text : said) {
            boolean clean = secrets.stream().noneMatch(text::contains);
            Expect.that(
                    clean, "a text with a secret that begins \"" + hide(text, secrets) + "\"", "no secret anywhere");
        }
    }

    private static void tell(List<String> said, Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            said.add(t.toString());
        }
    }

    private static String hide(String text, Set<String> secrets) {
        String hidden = text;
        for (String secret : secrets) {
            hidden = hidden.replace(secret, "***");
        }
        return hidden.substring(0, Math.min(120, hidden.length()));
    }
}

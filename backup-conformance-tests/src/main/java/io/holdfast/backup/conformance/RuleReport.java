package io.holdfast.backup.conformance;

import java.lang.System.Logger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/** Ends a run of the suite with one line per rule: pass, fail, not declared or untestable, and why. */
final class RuleReport implements TestWatcher, AfterAllCallback {
    private static final Logger LOG = System.getLogger(RuleReport.class.getPackageName());
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(RuleReport.class);

    /** What became of the tests of one rule. Guarded by itself. */
    private static final class Line {
        private final AtomicInteger passed = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final TreeSet<String> notDeclared = new TreeSet<>();
        private final TreeSet<String> untestable = new TreeSet<>();

        synchronized void open(String reason, boolean declared) {
            (declared ? untestable : notDeclared).add(reason);
        }

        synchronized String text() {
            StringJoiner text = new StringJoiner("; ");
            text.add(status() + " (" + passed + " passed" + (failed.get() == 0 ? "" : ", " + failed + " failed") + ")");
            notDeclared.forEach(reason -> text.add("not declared: " + reason));
            untestable.forEach(reason -> text.add("untestable: " + reason));
            return text.toString();
        }

        private String status() {
            if (failed.get() > 0) {
                return "fail";
            }
            if (passed.get() > 0) {
                return untestable.isEmpty() && notDeclared.isEmpty() ? "pass" : "pass in part";
            }
            return notDeclared.isEmpty() ? "untestable" : "not declared";
        }
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        line(context).ifPresent(line -> line.passed.incrementAndGet());
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        line(context).ifPresent(line -> line.failed.incrementAndGet());
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        String reason = cause == null ? "aborted" : String.valueOf(cause.getMessage());
        line(context).ifPresent(line -> line.open(reason, !(cause instanceof NotDeclared)));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        line(context).ifPresent(line -> line.open("disabled: " + reason.orElse("without a reason"), true));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getTestClass().filter(RuleReport::isNested).isPresent()) {
            return;
        }
        Map<ContractRule, Line> lines = lines(context);
        Map<String, String> entries = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder("Conformance of " + context.getDisplayName() + ":");
        for (ContractRule rule : rulesOf(context)) {
            String line = rule.provable()
                    ? lines.getOrDefault(rule, new Line()).text()
                    : "no test can prove it; see docs/CONTRACT.md#" + rule.name();
            entries.put(rule.name(), line);
            text.append(String.format("%n  %-3s %s: %s", rule.name(), rule.text(), line));
        }
        context.publishReportEntry(entries);
        LOG.log(Logger.Level.INFO, text.toString());
    }

    private static ContractRule[] rulesOf(ExtensionContext context) {
        return BackupableConformance.class.isAssignableFrom(context.getRequiredTestClass())
                ? StoreRule.values()
                : DestinationRule.values();
    }

    private static boolean isNested(Class<?> type) {
        return AnnotationSupport.isAnnotated(type, org.junit.jupiter.api.Nested.class);
    }

    private static Optional<Line> line(ExtensionContext context) {
        return RuleFailures.ruleOf(context).map(rule -> {
            Map<ContractRule, Line> lines = lines(context);
            synchronized (lines) {
                return lines.computeIfAbsent(rule, r -> new Line());
            }
        });
    }

    /** The lines belong to the outermost test class, so that all nested groups share them. */
    private static Map<ContractRule, Line> lines(ExtensionContext context) {
        ExtensionContext outermost = context;
        while (outermost.getParent().filter(p -> p.getTestClass().isPresent()).isPresent()) {
            outermost = outermost.getParent().get();
        }
        return outermost.getStore(NAMESPACE).computeIfAbsent(Lines.class, key -> new Lines(), Lines.class).byRule;
    }

    private static final class Lines {
        private final Map<ContractRule, Line> byRule = new HashMap<>();
    }
}

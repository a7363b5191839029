package io.holdfast.backup.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules in docs/CONTRACT.md, the tests of the suites, and what a failure says of a rule agree. */
class ContractPageTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| <a id=\"([AD]\\d+)\"></a>([AD]\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);
    private static final Pattern GROUP = Pattern.compile("`(\\w+Rules)`");

    private static final List<ContractRule> RULES = Stream.<ContractRule>concat(
                    Stream.of(DestinationRule.values()), Stream.of(StoreRule.values()))
            .toList();

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(Path.of("..", "docs", "CONTRACT.md")))
                .results()
                .toList();
    }

    @Test
    void the_page_has_every_rule_once_under_its_own_anchor() throws IOException {
        assertThat(rows())
                .extracting(row -> row.group(2))
                .containsExactlyElementsOf(
                        RULES.stream().map(ContractRule::name).toList());
        assertThat(rows()).allSatisfy(row -> assertThat(row.group(1)).isEqualTo(row.group(2)));
    }

    @Test
    void reports_and_failures_say_what_the_page_says() throws IOException {
        Map<String, String> onThePage =
                rows().stream().collect(Collectors.toMap(row -> row.group(2), row -> row.group(3)));
        for (ContractRule rule : RULES) {
            assertThat(rule.text()).as(rule.name()).isEqualTo(onThePage.get(rule.name()));
            assertThat(rule.violated("Seen: x. Expected: y."))
                    .startsWith(rule.name() + " violated: ")
                    .endsWith("docs/CONTRACT.md#" + rule.name());
        }
    }

    @Test
    void the_page_names_exactly_the_groups_that_test_a_rule() throws IOException {
        Map<String, TreeSet<String>> groups = new TreeMap<>();
        for (Method test : tests()) {
            groups.computeIfAbsent(test.getAnnotation(Rule.class).value(), rule -> new TreeSet<>())
                    .add(test.getDeclaringClass().getSimpleName());
        }
        for (MatchResult row : rows()) {
            List<String> named = GROUP.matcher(row.group(5))
                    .results()
                    .map(name -> name.group(1))
                    .toList();
            assertThat(named)
                    .as(row.group(2))
                    .containsExactlyElementsOf(groups.getOrDefault(row.group(2), new TreeSet<>()));
        }
        assertThat(groups.keySet())
                .as("rules that tests name")
                .isSubsetOf(RULES.stream().map(ContractRule::name).toList());
    }

    @Test
    void a_rule_without_a_test_is_one_that_no_test_can_prove() throws IOException {
        for (MatchResult row : rows()) {
            ContractRule rule = ContractRule.numbered(row.group(2)).orElseThrow();
            assertThat(row.group(5).startsWith("No test can prove it"))
                    .as(rule.name())
                    .isEqualTo(!rule.provable());
        }
    }

    @Test
    void every_test_says_which_rule_it_proves() {
        assertThat(tests()).isNotEmpty().allMatch(test -> test.isAnnotationPresent(Rule.class));
    }

    /** All test methods of both suites, through their nested groups. */
    private static List<Method> tests() {
        List<Method> tests = new ArrayList<>();
        for (Class<?> suite : List.of(DestinationConformance.class, BackupableConformance.class)) {
            for (Class<?> group : suite.getDeclaredClasses()) {
                Stream.of(group.getSuperclass().getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .forEach(tests::add);
            }
        }
        return tests;
    }
}

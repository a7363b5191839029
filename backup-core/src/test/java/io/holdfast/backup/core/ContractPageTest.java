package io.holdfast.backup.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/CONTRACT.md names, for every rule that core proves, tests that exist. */
class ContractPageTest {
    private static final Pattern ROW = Pattern.compile("\\| <a id=\"([A-Z]\\d+)\"></a>([A-Z]\\d+) \\|(.+)\\|(.+)\\|");
    private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z]\\w+(?:Test|Rules))`");

    private static final Path ROOT = Path.of("..");

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(ROOT.resolve("docs/CONTRACT.md")))
                .results()
                .toList();
    }

    @Test
    void every_rule_stands_once_under_its_own_anchor() throws IOException {
        List<String> rules = rows().stream().map(row -> row.group(2)).toList();
        assertThat(rules).doesNotHaveDuplicates().contains("H1", "H9", "F1", "F7", "B1", "B7", "G1", "G5", "R2");
        assertThat(rows()).allSatisfy(row -> assertThat(row.group(1)).isEqualTo(row.group(2)));
    }

    @Test
    void every_test_that_is_named_exists() throws IOException {
        Set<String> named = new TreeSet<>();
        for (MatchResult row : rows()) {
            CLASS_NAME.matcher(row.group(4)).results().forEach(name -> named.add(name.group(1)));
        }
        assertThat(named).isNotEmpty();
        assertThat(sourceNames()).containsAll(named);
    }

    @Test
    void every_rule_has_a_test_or_says_why_not() throws IOException {
        assertThat(rows().stream().filter(row -> row.group(2).matches("[HFBGR]\\d+")))
                .allSatisfy(row -> assertThat(row.group(4))
                        .as(row.group(2))
                        .matches(text -> CLASS_NAME.matcher(text).find() || text.contains("No test can prove it")));
    }

    private static Set<String> sourceNames() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}

package io.holdfast.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Java code in a page, held against the compiled source that it is a copy of.
 *
 * <p>In the page, the line before a fence {@code ```java} names file and region: {@code <!-- snippet: path#name -->}, the path
 * seen from the root of the project. In the source, the region lies between the lines {@code // snippet: name} and
 * {@code // end}. {@code <!-- snippet: path -->} before a fence of any language stands for a whole file. Indentation that all
 * lines share does not count, nor do the marks themselves.
 */
record DocSnippets(Path root) {
    private static final Pattern MARK = Pattern.compile("<!-- snippet: ([^\\s#]+)(?:#(\\S+))? -->");
    private static final String FENCE = "```";
    private static final String JAVA_FENCE = FENCE + "java";
    private static final String REGION = "// snippet: ";
    private static final String END = "// end";

    /**
     * Returns what is wrong with a page, in words; empty when every copy is exact.
     *
     * @param page the page, seen from the root
     * @param unmarked whether Java code without a mark is fine
     */
    List<String> problems(String page, Unmarked unmarked) throws IOException {
        List<String> problems = new ArrayList<>();
        List<String> lines = Files.readAllLines(root.resolve(page));
        for (int at = 0; at < lines.size(); at++) {
            String where = page + ":" + (at + 1) + ": ";
            String line = lines.get(at).strip();
            Matcher mark = MARK.matcher(line);
            boolean marked = mark.matches();
            if (marked && (at + 1 == lines.size() || !lines.get(at + 1).strip().startsWith(FENCE))) {
                problems.add(where + "expected code on the line after the mark");
            } else if (marked) {
                List<String> copy = until(lines, at + 2, FENCE);
                String original = original(mark.group(1), mark.group(2));
                if (!original.equals(normal(copy))) {
                    problems.add(where + "expected " + mark.group(1) + " as it stands there:\n" + original);
                }
                at += copy.size() + 2;
            } else if (line.startsWith("<!-- snippet")) {
                problems.add(where + "expected <!-- snippet: path#name -->, found " + line);
            } else if (line.startsWith(JAVA_FENCE)) {
                if (unmarked == Unmarked.REFUSED) {
                    problems.add(where + "expected <!-- snippet: path#name --> on the line before Java code");
                }
                at += until(lines, at + 1, FENCE).size() + 1;
            } else if (line.startsWith(FENCE)) {
                at += until(lines, at + 1, FENCE).size() + 1;
            }
        }
        return problems;
    }

    /** Whether a page may show Java code that nobody compiles. */
    enum Unmarked {
        ALLOWED,
        REFUSED
    }

    private String original(String source, @Nullable String region) throws IOException {
        Path file = root.resolve(source);
        if (!Files.isRegularFile(file)) {
            return "(there is no such file)";
        }
        List<String> lines = Files.readAllLines(file);
        if (region == null) {
            return normal(lines);
        }
        List<String> found = new ArrayList<>();
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).strip().equals(REGION + region)) {
                found.add(normal(until(lines, at + 1, END)));
            }
        }
        return found.size() == 1 ? found.get(0) : "(there are " + found.size() + " such regions)";
    }

    private static List<String> until(List<String> lines, int from, String end) {
        int to = from;
        while (to < lines.size() && !lines.get(to).strip().equals(end)) {
            to++;
        }
        return lines.subList(from, to);
    }

    private static String normal(List<String> lines) {
        return lines.stream()
                .filter(line ->
                        !line.strip().startsWith(REGION) && !line.strip().equals(END))
                .collect(Collectors.joining("\n"))
                .stripTrailing() // A blank last line would count as one without indentation.
                .stripIndent()
                .strip();
    }
}

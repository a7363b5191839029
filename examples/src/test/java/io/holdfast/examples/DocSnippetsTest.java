package io.holdfast.examples;

import static io.holdfast.examples.DocSnippets.Unmarked.ALLOWED;
import static io.holdfast.examples.DocSnippets.Unmarked.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every piece of Java in the guides is compiled, because it is a copy of an example. */
class DocSnippetsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"docs/STORES.md", "docs/DRIVERS.md"})
    void every_snippet_of_a_guide_is_a_copy_of_compiled_source(String page) throws IOException {
        assertThat(new DocSnippets(Path.of("..")).problems(page, REFUSED)).isEmpty();
    }

    @Test
    void every_marked_snippet_of_the_readme_is_a_copy_of_compiled_source() throws IOException {
        assertThat(new DocSnippets(Path.of("..")).problems("README.md", ALLOWED))
                .isEmpty();
    }

    @Test
    void an_exact_copy_is_fine_whatever_its_indentation() throws IOException {
        assertThat(problemsOf("<!-- snippet: Source.java#open -->\n```java\nif (a) {\n    b();\n}\n```\n"))
                .isEmpty();
    }

    @Test
    void a_copy_that_differs_is_named_with_its_line() throws IOException {
        assertThat(problemsOf("Text.\n<!-- snippet: Source.java#open -->\n```java\nif (a) {\n    c();\n}\n```\n"))
                .singleElement()
                .asString()
                .startsWith("page.md:2: ")
                .contains("    b();");
    }

    @Test
    void the_indentation_inside_a_copy_counts() throws IOException {
        assertThat(problemsOf("<!-- snippet: Source.java#open -->\n```java\nif (a) {\nb();\n}\n```\n"))
                .hasSize(1);
    }

    @Test
    void a_whole_file_may_be_a_snippet() throws IOException {
        String whole = "<!-- snippet: Source.java -->\n```text\nx();\n    if (a) {\n        b();\n    }\n```\n";
        assertThat(problemsOf(whole)).isEmpty();
        assertThat(problemsOf(whole.replace("x", "y"))).hasSize(1);
    }

    @Test
    void java_without_a_mark_is_named() throws IOException {
        assertThat(problemsOf("```java\na();\n```\n")).hasSize(1);
        assertThat(problemsOf("```xml\n<a/>\n```\n\n```java\na();\n```\n")).hasSize(1);
    }

    @Test
    void a_mark_that_names_nothing_or_marks_nothing_is_named() throws IOException {
        assertThat(problemsOf("<!-- snippet: Source.java#gone -->\n```java\na();\n```\n"))
                .singleElement()
                .asString()
                .contains("0 such regions");
        assertThat(problemsOf("<!-- snippet: Gone.java#open -->\n```java\na();\n```\n"))
                .singleElement()
                .asString()
                .contains("no such file");
        assertThat(problemsOf("<!-- snippet: Source.java#open -->\nText.\n")).hasSize(1);
        assertThat(problemsOf("<!-- snippet: Source.java -->\n")).hasSize(1);
        assertThat(problemsOf("<!-- snippet: -->\n```xml\n<a/>\n```\n")).hasSize(1);
    }

    private List<String> problemsOf(String page) throws IOException {
        Files.writeString(
                directory.resolve("Source.java"),
                "x();\n    // snippet: open\n    if (a) {\n        b();\n    }\n    // end\n");
        Files.writeString(directory.resolve("page.md"), page);
        return new DocSnippets(directory).problems("page.md", REFUSED);
    }
}

package io.holdfast.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationConfigTest {
    static Stream<Arguments> queries() {
        return Stream.of(
                arguments("file:/var/backups", Map.of()),
                arguments("file:/var/backups?", Map.of()),
                arguments("file:///var/backups?a=1", Map.of("a", "1")),
                arguments("s3://bucket/prefix?region=eu-south-1&b=2", Map.of("region", "eu-south-1", "b", "2")),
                arguments("s3://bucket?a=1", Map.of("a", "1")),
                arguments("file:rel", Map.of()),
                arguments("file:rel?", Map.of()),
                arguments("file:rel?x=y", Map.of("x", "y")),
                arguments("file:rel?x=y&u=v%26w", Map.of("x", "y", "u", "v&w")),
                arguments("s3:?x=y", Map.of("x", "y")),
                arguments("s3://b?a=", Map.of("a", "")),
                arguments("s3://b?a=b=c==", Map.of("a", "b=c==")),
                arguments("s3://b?a=x?y", Map.of("a", "x?y")),
                arguments("file:rel?a=x?y", Map.of("a", "x?y")),
                arguments("s3://b?a=1+2%2B3%203", Map.of("a", "1+2+3 3")),
                arguments("s3://b?a=%26%3D%25%23", Map.of("a", "&=%#")),
                arguments("s3://b?%61%3d=1", Map.of("a=", "1")),
                arguments("s3://b?a=%C3%a9%F0%9F%98%80", Map.of("a", "\u00e9\ud83d\ude00")),
                arguments("s3://b?a=\u00e9%C3%A9", Map.of("a", "\u00e9\u00e9")),
                arguments("s3://b?a=%EF%BF%BD", Map.of("a", "\ufffd")));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void the_query_of_a_uri_is_the_properties(String uri, Map<String, String> properties) {
        DestinationConfig config = DestinationConfig.of(URI.create(uri));

        assertThat(config.properties()).isEqualTo(properties);
        assertThat(config.uri()).contains(URI.create(uri));
        assertThat(config.kind()).isEmpty();
    }

    @Test
    void nothing_may_be_null() {
        Map<String, String> withoutValue = new HashMap<>();
        withoutValue.put("path", null);

        assertThatThrownBy(() -> DestinationConfig.of("fs", withoutValue))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("path");
        assertThatThrownBy(() -> DestinationConfig.of(null, Map.of())).isInstanceOf(NullPointerException.class);
    }

    static Stream<String> wrongUris() {
        return Stream.of(
                "/relative/TOPSECRET",
                "TOPSECRET",
                "s3://b?TOPSECRET",
                "s3://b?a=TOPSECRET&",
                "s3://b?&a=TOPSECRET",
                "s3://b?a=1&&b=TOPSECRET",
                "s3://b?=TOPSECRET",
                "s3://b?a=TOPSECRET&a=TOPSECRET",
                "s3://b?a=1&%61=TOPSECRET",
                "file:rel?a=TOPSECRET&a=1",
                "file:rel?TOPSECRET",
                "s3://b?a=TOPSECRET%FF",
                "s3://b?a=TOPSECRET%C3",
                "s3://b?a=TOPSECRET%C0%80",
                "s3://b?a=TOPSECRET%ED%A0%80",
                "s3://b?%FFTOPSECRET=1",
                "file:rel?a=TOPSECRET%FF");
    }

    @ParameterizedTest
    @MethodSource("wrongUris")
    void a_wrong_uri_is_refused_without_a_word_of_its_values(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DestinationConfig.of(URI.create(uri)))
                .withMessageStartingWith("Expected ")
                .satisfies(e -> assertThat(printed(e)).doesNotContain("TOPSECRET"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://b?a=1#TOPSECRET", "s3://b?a=TOPSECRET#", "file:rel?a=1#TOPSECRET", "file:/b?a=1#x"})
    void a_fragment_is_a_mistake_that_every_reader_reports(String uri) {
        PropertyReader reader = DestinationConfig.of(URI.create(uri)).reader();
        reader.optional("a");

        assertThatThrownBy(reader::finish)
                .isInstanceOf(DestinationException.class)
                .hasMessageEndingWith("is wrong: the URI must have no '#': write %23 where it belongs to a value")
                .hasMessageNotContaining("TOPSECRET");
    }

    @Test
    void a_property_that_comes_twice_is_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DestinationConfig.of(URI.create("s3://b?region=x&region=y")))
                .withMessageContaining("\"region\"");
    }

    @Test
    void a_kind_has_the_properties_it_was_given() {
        DestinationConfig config = DestinationConfig.of("fs", Map.of("path", "/a", "b", "c"));

        assertThat(config.kind()).contains("fs");
        assertThat(config.uri()).isEmpty();
        assertThat(config.properties()).isEqualTo(Map.of("path", "/a", "b", "c"));
    }

    @Test
    void the_properties_are_a_copy_by_their_exact_names() {
        Map<String, String> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        given.put("Path", "/a");
        DestinationConfig config = DestinationConfig.of("fs", given);

        given.put("later", "1");

        assertThat(config.properties()).containsOnlyKeys("Path").doesNotContainKey("path");
        assertThatThrownBy(() -> config.properties().put("x", "y")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void to_string_shows_no_value() {
        Map<String, String> properties = new HashMap<>(Map.of("secret-key", "TOPSECRET", "region", "eu"));

        assertThat(DestinationConfig.of("s3", properties)).hasToString("DestinationConfig[s3 [region, secret-key]]");
        assertThat(DestinationConfig.of(URI.create("S3://me:TOPSECRET@b/p?secret-key=TOPSECRET&region=eu")))
                .hasToString("DestinationConfig[s3: [region, secret-key]]");
        assertThat(DestinationConfig.of(URI.create("file:rel?token=TOPSECRET")))
                .hasToString("DestinationConfig[file: [token]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://b?a=1", "S3://b?a=1"})
    void a_reader_of_a_uri_speaks_of_its_scheme(String uri) {
        assertThatThrownBy(() -> DestinationConfig.of(URI.create(uri)).reader().finish())
                .hasMessageContaining("the s3 destination");
    }

    @Test
    void each_reader_begins_anew() {
        DestinationConfig config = DestinationConfig.of("fs", Map.of("a", "1"));
        config.reader().mistake("a", "is wrong");

        PropertyReader second = config.reader();
        assertThat(second.required("a")).isEqualTo("1");
        second.finish();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://b?secret-key=dummy key",
                "s3://b?secret-key=dummy%key",
                "dummy secret",
                "//dummy?a=b",
                "s3:b?=dummy"
            })
    void a_text_that_is_no_uri_is_refused_without_being_quoted(String uri) {
        Throwable refused = catchThrowable(() -> DestinationConfig.parse(uri));

        assertThat(refused).isInstanceOf(IllegalArgumentException.class);
        assertThat(printed(refused)).doesNotContain("dummy");
    }

    @Test
    void a_text_is_read_as_its_uri_is() {
        DestinationConfig config = DestinationConfig.parse("s3://bucket/prefix?region=eu-south-1");

        assertThat(config.uri()).contains(URI.create("s3://bucket/prefix?region=eu-south-1"));
        assertThat(config.properties()).containsExactly(Map.entry("region", "eu-south-1"));
    }

    private static String printed(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }
}

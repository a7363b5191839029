package io.holdfast.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.backup.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyReaderTest {
    private enum Mode {
        FAST,
        VERY_SAFE
    }

    private static final String START = "The configuration of the test destination is wrong: ";

    @Test
    void a_required_text_is_read() {
        PropertyReader reader = of("a", " x ");

        assertThat(reader.required("a")).isEqualTo(" x ");
        reader.finish();
    }

    @Test
    void a_required_text_that_is_missing_is_a_mistake() {
        PropertyReader reader = of();

        assertThat(reader.required("a")).isEmpty();
        assertMistakes(reader, "a is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void a_required_text_that_is_blank_is_one_mistake(String blank) {
        PropertyReader reader = of("a", blank);

        assertThat(reader.required("a")).isEmpty();
        assertMistakes(reader, "a is blank");
    }

    @Test
    void an_optional_text_may_be_missing_but_not_blank() {
        PropertyReader reader = of("a", "x", "b", " ");

        assertThat(reader.optional("a")).contains("x");
        assertThat(reader.optional("b")).isEmpty();
        assertThat(reader.optional("c")).isEmpty();
        assertMistakes(reader, "b is blank");
    }

    @Test
    void what_is_missing_has_its_fallback() {
        PropertyReader reader = of();

        assertThat(reader.flag("flag", true)).isTrue();
        assertThat(reader.flag("flag", false)).isFalse();
        assertThat(reader.number("number", 7, 1, 9)).isEqualTo(7);
        assertThat(reader.bytes("bytes", 7, 1, 9)).isEqualTo(7);
        assertThat(reader.duration("duration", Duration.ofDays(1), Duration.ZERO, Duration.ofDays(2)))
                .isEqualTo(Duration.ofDays(1));
        assertThat(reader.choice("choice", Mode.FAST)).isEqualTo(Mode.FAST);
        assertThat(reader.secret("secret")).isEmpty();
        reader.finish();
    }

    @Test
    void a_flag_is_true_or_false() {
        PropertyReader reader = of("a", "true", "b", "false");

        assertThat(reader.flag("a", false)).isTrue();
        assertThat(reader.flag("b", true)).isFalse();
        reader.finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "yes", "1", " true"})
    void any_other_flag_is_a_mistake(String value) {
        PropertyReader reader = of("a", value);

        assertThat(reader.flag("a", true)).isTrue();
        assertMistakes(reader, "a must be true or false, found \"" + value + "\"");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "9, 9", "007, 7", "5, 5"})
    void a_number_within_its_range_is_read(String value, long number) {
        PropertyReader reader = of("a", value);

        assertThat(reader.number("a", 3, 1, 9)).isEqualTo(number);
        reader.finish();
    }

    @ParameterizedTest
    @CsvSource({
        "-999999999999999999, -999999999999999999",
        "999999999999999999, 999999999999999999",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void a_number_may_have_the_whole_range_of_long(String value, long number) {
        PropertyReader reader = of("a", value);

        assertThat(reader.number("a", 3, Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(number);
        reader.finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "-1", "999999999999999999"})
    void a_number_out_of_its_range_is_a_mistake(String value) {
        PropertyReader reader = of("a", value);

        assertThat(reader.number("a", 3, 1, 9)).isEqualTo(3);
        assertMistakes(reader, "a must be from 1 to 9, found \"" + value + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1.5", "1e3", "0x10", "+1", "--1", "1 ", "\u0661", "9223372036854775808"})
    void what_is_no_whole_number_is_a_mistake(String value) {
        PropertyReader reader = of("a", value);

        assertThat(reader.number("a", 3, 1, 9)).isEqualTo(3);
        assertMistakes(reader, "a must be a whole number, found \"" + value + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "65536, 65536",
        "100B, 100",
        "64KiB, 65536",
        "8 MiB, 8388608",
        "1GiB, 1073741824",
        "2TiB, 2199023255552",
        "8388607TiB, 9223370937343148032"
    })
    void a_number_of_bytes_is_read_with_its_unit(String value, long bytes) {
        PropertyReader reader = of("a", value);

        assertThat(reader.bytes("a", 3, 0, Long.MAX_VALUE)).isEqualTo(bytes);
        reader.finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1023", "1025KiB", "1TiB", "8388608TiB", "999999999999999999TiB", "999999999999999999"})
    void a_number_of_bytes_out_of_its_range_is_a_mistake(String value) {
        PropertyReader reader = of("a", value);

        assertThat(reader.bytes("a", 2048, 1024, 1 << 20)).isEqualTo(2048);
        assertMistakes(reader, "a must be from 1024 to 1048576, found \"" + value + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "8MB", "8mib", "8M", "-1", "1.5MiB", "MiB", "1KiB ", "1KiB2", "9999999999999999999"})
    void what_is_no_number_of_bytes_is_a_mistake(String value) {
        PropertyReader reader = of("a", value);

        assertThat(reader.bytes("a", 3, 0, 9)).isEqualTo(3);
        assertMistakes(reader, "a must be a number of bytes such as 8MiB, found \"" + value + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0ms, PT0S",
        "500ms, PT0.5S",
        "30s, PT30S",
        "5m, PT5M",
        "24h, PT24H",
        "30d, PT720H",
        "PT5M, PT5M",
        "P1DT1H, PT25H",
        "999999999ms, PT277H46M39.999S"
    })
    void a_duration_is_read_with_its_unit(String value, Duration duration) {
        PropertyReader reader = of("a", value);

        assertThat(reader.duration("a", Duration.ofDays(1), Duration.ZERO, Duration.ofDays(30)))
                .isEqualTo(duration);
        reader.finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {"999ms", "61m", "999999999d", "PT-5M", "-PT5M", "PT0S"})
    void a_duration_out_of_its_range_is_a_mistake(String value) {
        PropertyReader reader = of("a", value);

        assertThat(reader.duration("a", Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofHours(1)))
                .isEqualTo(Duration.ofSeconds(5));
        assertMistakes(reader, "a must be from PT1S to PT1H, found \"" + value + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "5", "5 m", "5M", "-5m", "1.5h", "1w", "PT", "1000000000s", "PT9223372036854775807H"})
    void what_is_no_duration_is_a_mistake(String value) {
        PropertyReader reader = of("a", value);

        assertThat(reader.duration("a", Duration.ofSeconds(5), Duration.ZERO, Duration.ofHours(1)))
                .isEqualTo(Duration.ofSeconds(5));
        assertMistakes(reader, "a must be a duration such as 30s, 5m or 24h, found \"" + value + "\"");
    }

    @Test
    void a_choice_is_a_constant_in_lower_case() {
        PropertyReader reader = of("a", "very-safe", "b", "fast");

        assertThat(reader.choice("a", Mode.FAST)).isEqualTo(Mode.VERY_SAFE);
        assertThat(reader.choice("b", Mode.VERY_SAFE)).isEqualTo(Mode.FAST);
        reader.finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VERY_SAFE", "very_safe", "Fast", "slow"})
    void any_other_choice_is_a_mistake(String value) {
        PropertyReader reader = of("a", value);

        assertThat(reader.choice("a", Mode.FAST)).isEqualTo(Mode.FAST);
        assertMistakes(reader, "a must be one of [fast, very-safe], found \"" + value + "\"");
    }

    @Test
    void a_secret_appears_in_no_message() {
        PropertyReader reader = of("secret", "TOPSECRET", "misspelled", "TOPSECRET", "number", "x");

        assertThat(reader.secret("secret")).contains("TOPSECRET");
        reader.number("number", 1, 1, 9);
        assertThatExceptionOfType(DestinationException.class)
                .isThrownBy(reader::finish)
                .satisfies(e -> assertThat(e.toString() + reader)
                        .contains("misspelled is unknown")
                        .doesNotContain("TOPSECRET"));
    }

    @Test
    void a_blank_secret_is_a_mistake() {
        PropertyReader reader = of("secret", " ");

        assertThat(reader.secret("secret")).isEmpty();
        assertMistakes(reader, "secret is blank");
    }

    @Test
    void an_unknown_property_is_a_mistake_that_names_the_known_ones() {
        PropertyReader reader = of("Region", "TOPSECRET");

        reader.optional("region");
        reader.flag("flag", true);

        assertMistakes(reader, "Region is unknown; known are [flag, region]");
    }

    @Test
    void all_mistakes_are_reported_at_once() {
        PropertyReader reader =
                of("number", "x", "flag", "x", "bytes", "x", "duration", "x", "choice", "x", "zzz", "x");

        reader.required("path");
        reader.number("number", 1, 1, 9);
        reader.flag("flag", true);
        reader.bytes("bytes", 1, 1, 9);
        reader.duration("duration", Duration.ZERO, Duration.ZERO, Duration.ZERO);
        reader.choice("choice", Mode.FAST);
        reader.mistake("path", "must be absolute, found \"x\"");

        assertMistakes(
                reader,
                "path is missing; number must be a whole number, found \"x\"; flag must be true or false, found \"x\"; "
                        + "bytes must be a number of bytes such as 8MiB, found \"x\"; "
                        + "duration must be a duration such as 30s, 5m or 24h, found \"x\"; "
                        + "choice must be one of [fast, very-safe], found \"x\"; "
                        + "path must be absolute, found \"x\"; "
                        + "zzz is unknown; known are [bytes, choice, duration, flag, number, path]");
    }

    @Test
    void finish_says_the_same_when_it_is_called_again() {
        PropertyReader reader = of("b", "1");

        assertMistakes(reader, "b is unknown; known are []");
        assertMistakes(reader, "b is unknown; known are []");
    }

    @Test
    void a_message_stays_on_one_line_whatever_was_written() {
        PropertyReader reader = of("a", "x\r\ny\u0085z", "b\nc", "1");

        reader.number("a", 1, 1, 9);

        assertMistakes(reader, "a must be a whole number, found \"x??y?z\"; b?c is unknown; known are [a]");
    }

    private static PropertyReader of(String... namesAndValues) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return DestinationConfig.of("test", properties).reader();
    }

    private static void assertMistakes(PropertyReader reader, String mistakes) {
        assertThatExceptionOfType(DestinationException.class)
                .isThrownBy(reader::finish)
                .withMessage(START + mistakes)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_CONFIG_INVALID));
    }
}

package io.holdfast.backup.core.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.service.RepositorySettings;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration file may say, and how its mistakes are told. */
class ServiceConfigTest {
    private static final String COMPLETE = """
            {"repositories": [{
                "name": "catalog",
                "store": {"id": "7f9c2ba4", "kind": "catalog"},
                "destination": "file:/var/backups/catalog",
                "schedule": "30 2 * * *", "zone": "Europe/Rome",
                "drill_schedule": "@weekly", "drill_zone": "Europe/Rome",
                "max_jitter": "PT10M", "missed_runs": "once", "overdue_after": "PT2H",
                "retention": {"last": 3, "hourly": 24, "daily": 7, "weekly": 4, "monthly": 12, "yearly": 5,
                    "within": "P2D", "safety_within": "P10D", "zone": "Europe/Rome"},
                "stall_timeout": "PT30M", "max_duration": "P1D",
                "encryption": {"recipients": ["env:KEY"], "accepted": ["env:OLD"]},
                "compression_level": 3, "single_writer": true
            }]}
            """;

    @TempDir
    Path directory;

    private static RepositorySettings only(String json) {
        return ServiceConfig.parse(json).repositories().get(0);
    }

    private static String mistakes(String json) {
        BackupException refused = catchThrowableOfType(BackupException.class, () -> ServiceConfig.parse(json));
        assertThat(refused).as("a refusal of %s", json).isNotNull();
        assertThat(refused.code()).isEqualTo(ErrorCode.DESTINATION_CONFIG_INVALID);
        return String.valueOf(refused.getMessage());
    }

    @Test
    void a_complete_file_is_read() throws IOException {
        Path file = Files.writeString(directory.resolve("backup.json"), COMPLETE);
        RepositorySettings settings = ServiceConfig.read(file).repositories().get(0);

        assertThat(settings.name()).isEqualTo("catalog");
        assertThat(settings.store().kind()).isEqualTo("catalog");
        assertThat(settings.timetable().orElseThrow().maxJitter()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.drillTimetable()).isPresent();
        assertThat(settings.overdueAfter()).isEqualTo(Duration.ofHours(2));
        assertThat(settings.stallTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.maxDuration()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.retention().keepsAll()).isFalse();
    }

    @Test
    void a_kind_with_properties_names_a_destination_too() {
        assertThat(only(COMPLETE.replace(
                                "\"destination\": \"file:/var/backups/catalog\"",
                                "\"destination\": \"file\", \"destination_properties\": {\"path\": \"/x\"}"))
                        .destination()
                        .kind())
                .contains("file");
    }

    /** Whoever adds an option must let the file say it, too. */
    @Test
    void every_option_of_the_builder_can_be_said() {
        Set<String> options = Arrays.stream(RepositorySettings.Builder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !name.equals("build"))
                .map(name -> name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(options)
                .hasSizeGreaterThan(9)
                .allSatisfy(option -> assertThat(COMPLETE).contains("\"" + option + "\""));
    }

    private static Set<String> names(String refusal) {
        Matcher list = Pattern.compile("expected one of \\[([^]]*)]").matcher(refusal);
        assertThat(list.find()).isTrue();
        return new TreeSet<>(List.of(list.group(1).split(", ")));
    }

    @Test
    void the_reference_lists_every_name_and_no_other() throws IOException {
        Set<String> known = new TreeSet<>();
        known.addAll(names(mistakes(COMPLETE.replace("\"name\":", "\"unknown\": 1, \"name\":"))));
        names(mistakes(COMPLETE.replace("\"last\":", "\"unknown\": 1, \"last\":")))
                .forEach(name -> known.add("retention." + name));
        names(mistakes(COMPLETE.replace("\"recipients\":", "\"unknown\": 1, \"recipients\":")))
                .forEach(name -> known.add("encryption." + name));
        known.add("store.id");
        known.add("store.kind");
        known.removeAll(Set.of("store", "retention", "encryption"));
        String page = Files.readString(Path.of("../docs/OPERATIONS.md"));
        String section = page.substring(page.indexOf("### The configuration file"));
        section = section.substring(0, section.indexOf("\n### ", 1));
        Set<String> listed = Pattern.compile("(?m)^\\| `([a-z_.]+)`")
                .matcher(section)
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(known);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "catalog",          | "a b",           | repositories[0].name: expected 1 to 100
                    "id": "7f9c2ba4",   |                  | repositories[0].store.id: is missing
                    "file:/var          | "                | repositories[0].destination: expected
                    30 2 * * *          | 30 25 * * *      | repositories[0].schedule:
                    @weekly             | @fortnightly     | repositories[0].drill_schedule:
                    "zone": "Europe/Rome", | "zone": "Mars/Here", | repositories[0].zone: expected a time zone
                    PT10M               | 10 minutes       | repositories[0].max_jitter: expected a duration
                    "once"              | "twice"          | repositories[0].missed_runs: expected skip or once
                    "last": 3           | "last": -3       | repositories[0].retention.last: expected a number
                    "daily": 7          | "daily": "7"     | repositories[0].retention.daily: expected a number
                    P2D                 | -P2D             | repositories[0].retention.within: expected a duration
                    ["env:KEY"]         | ["the key itself"] | repositories[0].encryption.recipients[0]: expected
                    "compression_level": 3 | "compression_level": 30 | repositories[0].compression_level: expected 1
                    "single_writer": true  | "single_writer": 1 | repositories[0].single_writer: expected true
                    "single_writer"     | "single_reader"  | repositories[0].single_reader: is not known
                    "single_writer": true | "zone": "UTC"  | expected JSON
                    }]}                 | }], "jobs": 1}   | jobs: is not known
                    }]}                 | }, 7]}           | repositories[1]: expected an object
                    }]}                 | }                | expected JSON
                    """)
    void a_mistake_is_told_with_its_place(String right, String wrong, String told) {
        String json = COMPLETE.replaceFirst(Pattern.quote(right), wrong == null ? "" : Matcher.quoteReplacement(wrong));
        assertThat(mistakes(json)).containsIgnoringCase(told);
    }

    @Test
    void all_mistakes_are_told_at_once() {
        assertThat(mistakes(COMPLETE.replace("\"name\": \"catalog\"", "\"name\": \"a b\"")
                        .replace("30 2 * * *", "never")
                        .replace("PT10M", "soon")
                        .replace("\"daily\": 7", "\"daily\": 7.5")
                        .replace("env:KEY", "KEY")
                        .replace("\"single_writer\"", "\"writer\"")))
                .contains("has 6 mistakes")
                .contains(".name:")
                .contains(".schedule:")
                .contains(".max_jitter:")
                .contains(".retention.daily:")
                .contains(".encryption.recipients[0]:")
                .contains(".writer:");
    }

    @Test
    void two_repositories_of_one_name_are_refused() {
        String one = COMPLETE.substring(COMPLETE.indexOf('[') + 1, COMPLETE.lastIndexOf(']'));
        assertThat(mistakes("{\"repositories\": [" + one + ", " + one + "]}"))
                .contains("repositories[1].name: expected names that differ");
    }

    @Test
    void a_secret_is_never_told() {
        String secret = "hunter2hunter2";
        assertThat(List.of(
                        mistakes(COMPLETE.replace("env:KEY", secret)),
                        mistakes(COMPLETE.replace("file:/var/backups/catalog", "s3://b/p?secretKey=" + secret + "&&&")),
                        mistakes(COMPLETE.replace("PT10M", secret)),
                        mistakes(COMPLETE.replace("\"once\"", "\"" + secret)),
                        mistakes(COMPLETE.replace("true", secret))))
                .allSatisfy(told -> assertThat(told).doesNotContain(secret));
    }

    @Test
    void whatever_a_file_says_it_is_read_or_refused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            StringBuilder json = new StringBuilder(COMPLETE);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(json.length());
                switch (random.nextInt(3)) {
                    case 0 -> json.deleteCharAt(at);
                    case 1 -> json.insert(at, "\"{}[]:,0a-".charAt(random.nextInt(10)));
                    default -> json.setCharAt(at, (char) random.nextInt(0x300));
                }
            }
            try {
                ServiceConfig.parse(json.toString());
            } catch (BackupException e) {
                assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.DESTINATION_CONFIG_INVALID);
            }
        }
    }

    @Test
    void a_file_that_is_too_long_is_refused_unread() throws IOException {
        Path file = Files.writeString(directory.resolve("long.json"), " ".repeat((1 << 20) + 1));
        assertThat(catchThrowableOfType(BackupException.class, () -> ServiceConfig.read(file))
                        .code())
                .isEqualTo(ErrorCode.DESTINATION_CONFIG_INVALID);
    }
}

package io.holdfast.backup.core.scheduler;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one expression, and says where it is wrong. Positions count characters from 1. */
final class ScheduleParser {
    private static final Map<String, String> NICKNAMES = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");
    private static final List<String> FIELDS = List.of("minute", "hour", "day of month", "month", "day of week");
    private static final String ZONE = "CRON_TZ=";
    private static final String EVERY = "@every";
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final Pattern DURATION = Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    /** Stricter than the library, as cron is: no sign, and steps of ranges only. */
    private static final Pattern ITEM =
            Pattern.compile("(?:\\*|[0-9A-Za-z]{1,3}-[0-9A-Za-z]{1,3})(?:/[0-9]{1,3})?|[0-9A-Za-z]{1,3}");

    private final String expression;

    ScheduleParser(String expression) {
        this.expression = expression;
    }

    /** A part of the expression that has no blanks, and where it begins. */
    private record Word(int at, String text) {}

    Schedule.Ticks parse(ZoneId zone) {
        List<Word> words = new ArrayList<>();
        WORD.matcher(expression).results().forEach(m -> words.add(new Word(m.start(), m.group())));
        boolean zoned = !words.isEmpty() && words.get(0).text().startsWith(ZONE);
        ZoneId effective = zoned ? zone(words.remove(0)) : zone;
        if (words.isEmpty()) {
            throw invalid(expression.length(), "five fields or a name such as @daily", "nothing");
        }
        Word first = words.get(0);
        if (first.text().equals(EVERY)) {
            if (zoned) {
                throw invalid(0, "no time zone before @every, which has none", ZONE);
            }
            return every(words);
        }
        if (first.text().startsWith("@")) {
            requireCount(words, 1);
            String fields = NICKNAMES.get(first.text());
            if (fields == null) {
                throw invalid(
                        first.at(),
                        "@every or one of "
                                + NICKNAMES.keySet().stream().sorted().toList(),
                        first.text());
            }
            return ticks(fields, List.of(fields.split(" ")), effective);
        }
        return cron(words, effective);
    }

    private ZoneId zone(Word word) {
        try {
            return ZoneId.of(word.text().substring(ZONE.length()));
        } catch (DateTimeException e) {
            throw invalid(
                    word.at() + ZONE.length(),
                    "a time zone such as Europe/Rome",
                    word.text().substring(ZONE.length()));
        }
    }

    private Schedule.Ticks every(List<Word> words) {
        requireCount(words, 2);
        Word word = words.get(1);
        Matcher parts = DURATION.matcher(word.text());
        Duration period = parts.matches()
                ? Duration.ofHours(number(parts, 1))
                        .plusMinutes(number(parts, 2))
                        .plusSeconds(number(parts, 3))
                : Duration.ZERO;
        if (period.isZero()) {
            throw invalid(word.at(), "a duration of at least a second such as 90m or 1h30m", word.text());
        }
        return new EveryTicks(period);
    }

    private static long number(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }

    private void requireCount(List<Word> words, int count) {
        if (words.size() < count) {
            throw invalid(expression.length(), "a duration after " + EVERY, "nothing");
        }
        if (words.size() > count) {
            throw invalid(words.get(count).at(), "the end", words.get(count).text());
        }
    }

    private Schedule.Ticks cron(List<Word> words, ZoneId zone) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < Math.min(FIELDS.size(), words.size()); i++) {
            fields.add(field(i, words.get(i)));
        }
        if (words.size() < FIELDS.size()) {
            throw invalid(expression.length(), "the field " + FIELDS.get(words.size()), "the end");
        }
        if (words.size() > FIELDS.size()) {
            throw invalid(
                    words.get(FIELDS.size()).at(),
                    "the end after five fields",
                    words.get(FIELDS.size()).text());
        }
        return ticks(String.join(" ", fields), fields, zone);
    }

    private String field(int index, Word word) {
        boolean ofDays = index == 2 || index == 4;
        if (ofDays && word.text().equals("?")) {
            return "*";
        }
        int at = word.at();
        for (String item : word.text().split(",", -1)) {
            String[] alone = {"*", "*", "*", "*", "*"};
            alone[index] = item;
            if (!ITEM.matcher(item).matches()) {
                throw invalid(at, "a " + FIELDS.get(index), item);
            }
            try {
                parser().parse(String.join(" ", alone));
            } catch (IllegalArgumentException e) {
                throw invalid(at, "a " + FIELDS.get(index), item + " (" + e.getMessage() + ")");
            }
            at += item.length() + 1;
        }
        return word.text();
    }

    private Schedule.Ticks ticks(String cron, List<String> fields, ZoneId zone) {
        Cron parsed = parser().parse(cron);
        CronTicks ticks = new CronTicks(parsed, zone, !fields.get(1).contains("*"));
        if (!ticks.everDue()) {
            throw invalid(0, "a schedule that is due some day", expression);
        }
        return ticks;
    }

    private static CronParser parser() {
        return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    }

    private BackupException invalid(int at, String expected, String found) {
        return new BackupException(
                ErrorCode.SCHEDULE_INVALID,
                "Schedule \"" + expression + "\", character " + (at + 1) + ": expected " + expected + ", found "
                        + found);
    }
}

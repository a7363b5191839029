package io.holdfast.backup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Valid payload ids of every sort, the same ones for the same seed. */
final class RandomIds {
    private final Random random;

    RandomIds(long seed) {
        random = new Random(seed);
    }

    /** Ids of many sorts in random order; some come twice, and many are the beginning of others. */
    List<String> mixed(int count) {
        List<String> ids = new ArrayList<>();
        while (ids.size() < count) {
            ids.add(
                    switch (random.nextInt(8)) {
                        case 0 -> ofLetters("ab", 1 + random.nextInt(12));
                        case 1 -> ofLetters("z", 1 + random.nextInt(PayloadIDSet.MAX_ID_BYTES));
                        case 2 -> ofCodePoints(1 + random.nextInt(40));
                        case 3 -> ofLetters("a\u00e9\uffee", 1 + random.nextInt(6));
                        case 4 -> ofLetters("xyz", PayloadIDSet.MAX_ID_BYTES);
                        case 5 -> another(ids);
                        case 6 -> longer(another(ids));
                        default -> hex(64);
                    });
        }
        return ids;
    }

    /** Letters, all of the Basic Multilingual Plane. */
    String ofLetters(String letters, int length) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < length; i++) {
            id.append(letters.charAt(random.nextInt(letters.length())));
        }
        return cut(id.toString());
    }

    /** Code points of every plane, and often near the borders where UTF-16 and UTF-8 sort differently. */
    String ofCodePoints(int length) {
        StringBuilder id = new StringBuilder();
        while (id.codePointCount(0, id.length()) < length) {
            int codePoint = random.nextBoolean()
                    ? random.nextInt(Character.MAX_CODE_POINT + 1)
                    : 0xe000 + random.nextInt(0x4000);
            boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            if (!surrogate && !Character.isISOControl(codePoint)) {
                id.appendCodePoint(codePoint);
            }
        }
        return cut(id.toString());
    }

    private String hex(int length) {
        return ofLetters("0123456789abcdef", length);
    }

    private String another(List<String> ids) {
        return ids.isEmpty() ? "a" : ids.get(random.nextInt(ids.size()));
    }

    private String longer(String id) {
        return cut(id + ofCodePoints(1));
    }

    /** Takes code points off the end until the id is short enough. */
    private static String cut(String id) {
        String cut = id;
        while (cut.getBytes(StandardCharsets.UTF_8).length > PayloadIDSet.MAX_ID_BYTES) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }
}

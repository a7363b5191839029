package io.holdfast.backup.core.snapshot;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What may be in a tar: the writer asks before it writes, the reader before it creates anything, so that nothing is written that
 * could not be read back (H8). Entries are shown one by one, a directory before what is in it.
 */
final class TarRules {
    /** The directory of the tar's own entries. */
    static final String RESERVED = ".holdfast";

    private final TarLimits limits;
    private final Set<String> directories = new HashSet<>();
    /** Without case and in one normal form: what differs by these alone is the same file on some file systems. */
    private final Set<String> taken = new HashSet<>();

    private int entries;
    private long bytes;

    TarRules(TarLimits limits) {
        this.limits = limits;
        directories.add("");
    }

    int entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    /** Takes the next entry, or says what was expected instead. */
    Optional<String> objection(TarEntry entry) {
        Optional<String> objection = objectionToPath(entry.path());
        if (objection.isPresent()) {
            return objection;
        }
        if (entry.size() < 0 || entry.size() > limits.maxFileBytes()) {
            return Optional.of("a file of at most " + limits.maxFileBytes() + " bytes, found one of " + entry.size());
        }
        if (entry.size() > limits.maxTotalBytes() - bytes) {
            return Optional.of("at most " + limits.maxTotalBytes() + " bytes in all, found more");
        }
        if (entries == limits.maxEntries()) {
            return Optional.of("at most " + limits.maxEntries() + " entries, found more");
        }
        if (!directories.contains(parent(entry.path()))) {
            return Optional.of("its directory before it, found none");
        }
        if (!taken.add(fold(entry.path()))) {
            return Optional.of("every path once, found it again, or one that differs only by case");
        }
        if (entry.directory()) {
            directories.add(entry.path());
        }
        entries++;
        bytes += entry.size();
        return Optional.empty();
    }

    private Optional<String> objectionToPath(String path) {
        // First, since everything that follows takes time and heap by the length.
        if (path.length() > limits.maxPathBytes()
                || path.getBytes(StandardCharsets.UTF_8).length > limits.maxPathBytes()) {
            return Optional.of("a path of at most " + limits.maxPathBytes() + " bytes, found a longer one");
        }
        if (!path.codePoints().allMatch(TarRules::portable)) {
            return Optional.of("a path of characters that every system can take,"
                    + " found a control character, a backslash or what is no Unicode");
        }
        String[] names = path.split("/", -1);
        if (names.length > limits.maxDepth()) {
            return Optional.of("a path of at most " + limits.maxDepth() + " names, found " + names.length);
        }
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                return Optional.of("a relative path without empty names, \".\" and \"..\", found one");
            }
        }
        if (fold(names[0]).equals(RESERVED)) {
            return Optional.of("any name but " + RESERVED + ", found that: the tar itself needs it");
        }
        return Optional.empty();
    }

    /** U+FFFD stands for bytes of a name that are no text: such a name would come back as another one. */
    private static boolean portable(int character) {
        return !Character.isISOControl(character)
                && character != '\\'
                && character != 0xFFFD
                && Character.getType(character) != Character.SURROGATE;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static String fold(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }
}

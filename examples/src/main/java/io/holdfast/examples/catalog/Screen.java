package io.holdfast.examples.catalog;

import java.io.PrintStream;
import java.util.Locale;

/** What a person sees: lines, and a bar for what takes its time. */
final class Screen {
    private static final int BAR_WIDTH = 30;

    private final PrintStream out;
    private final boolean interactive;
    private int lastPercent = -1;

    /**
     * Creates a screen.
     *
     * @param out where it is
     * @param interactive whether a line can be drawn over; otherwise bars are left out
     */
    Screen(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    /** Draws a bar over the last one. */
    synchronized void bar(String what, long done, long total) {
        int percent = total <= 0 ? 0 : (int) Math.min(100, done * 100 / total);
        if (!interactive || percent == lastPercent) {
            return;
        }
        lastPercent = percent;
        int filled = percent * BAR_WIDTH / 100;
        out.print(String.format(
                Locale.ROOT,
                "\r  %-8s [%s%s] %3d %%",
                what,
                "#".repeat(filled),
                " ".repeat(BAR_WIDTH - filled),
                percent));
        out.flush();
    }

    /** Takes the bar away. */
    synchronized void clearBar() {
        if (interactive && lastPercent >= 0) {
            out.print("\r" + " ".repeat(BAR_WIDTH + 20) + "\r");
            out.flush();
        }
        lastPercent = -1;
    }

    static String bytes(long count) {
        if (count < 1_000) {
            return count + " B";
        }
        double value = count;
        String[] units = {"kB", "MB", "GB", "TB"};
        int unit = -1;
        while (value >= 1_000 && unit < units.length - 1) {
            value /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    static String rate(long count, long nanos) {
        return bytes((long) (count / Math.max(nanos / 1e9, 1e-9))) + "/s";
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }
}

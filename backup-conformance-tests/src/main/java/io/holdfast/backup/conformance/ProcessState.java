package io.holdfast.backup.conformance;

import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/** What this JVM holds. */
final class ProcessState {
    /** The serial collector leaves garbage where it lies, as long as it is little, but for each fourth collection. */
    private static final int SERIAL_COLLECTIONS = 4;

    private ProcessState() {}

    /** Returns how many files and sockets are open; empty where the JVM does not count them. */
    static OptionalLong fileHandles() {
        try {
            Object count = ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("java.lang:type=OperatingSystem"), "OpenFileDescriptorCount");
            return OptionalLong.of((Long) count);
        } catch (JMException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns the threads that live, without those of the suite. */
    static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().equals(Crew.THREADS))
                .collect(Collectors.toSet());
    }

    /** Returns how many bytes of heap are in use after a collection. */
    static long heap() {
        boolean serial = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .anyMatch(collector -> collector.getName().equals("MarkSweepCompact"));
        for (int i = 0; i < (serial ? SERIAL_COLLECTIONS : 1); i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

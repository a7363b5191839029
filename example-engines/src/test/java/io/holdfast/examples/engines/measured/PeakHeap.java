package io.holdfast.examples.engines.measured;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/** The most heap that this process had at one moment: the heap grows until a collection, so it is looked at there. */
final class PeakHeap {
    private final Set<String> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong live = new AtomicLong();
    private final NotificationListener listener = (notification, handback) -> look(notification);

    PeakHeap() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener(listener, null, null);
        }
    }

    private void look(Notification notification) {
        if (notification.getUserData() instanceof CompositeData data) {
            GarbageCollectionNotificationInfo collection = GarbageCollectionNotificationInfo.from(data);
            used.accumulateAndGet(sum(collection.getGcInfo().getMemoryUsageBeforeGc()), Math::max);
            live.accumulateAndGet(sum(collection.getGcInfo().getMemoryUsageAfterGc()), Math::max);
        }
    }

    private long sum(Map<String, MemoryUsage> usages) {
        return usages.entrySet().stream()
                .filter(usage -> pools.contains(usage.getKey()))
                .mapToLong(usage -> usage.getValue().getUsed())
                .sum();
    }

    /** What was used at most, with garbage that was not collected yet. */
    long used() {
        Runtime runtime = Runtime.getRuntime();
        return Math.max(used.get(), runtime.totalMemory() - runtime.freeMemory());
    }

    /** What was left at most after a collection. */
    long live() {
        return live.get();
    }

    void close() throws ListenerNotFoundException {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).removeNotificationListener(listener);
        }
    }
}

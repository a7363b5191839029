package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.Clock;
import io.holdfast.backup.destination.Capability;
import java.util.EnumSet;
import java.util.Set;

/** Options of a {@link MemoryServer}. Not thread-safe. */
public final class MemoryServerBuilder {
    private Clock clock = Clock.system();
    private Set<Capability> capabilities = EnumSet.allOf(Capability.class);
    private int partSize = 64 * 1024;
    private int pageSize = 1000;

    MemoryServerBuilder() {}

    /**
     * Sets what dates objects and uploads; the system's clock by default.
     *
     * @param clock the server's clock
     * @return this
     */
    public MemoryServerBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /**
     * Sets what the server can do; everything by default. Without a capability, commits at the same time may both win.
     *
     * @param capabilities what destinations opened here declare and do
     * @return this
     */
    public MemoryServerBuilder capabilities(Set<Capability> capabilities) {
        this.capabilities = Set.copyOf(capabilities);
        return this;
    }

    /**
     * Sets how many bytes an upload collects before it sends them; 65,536 by default.
     *
     * @param partSize in bytes, 1 or more
     * @return this
     */
    public MemoryServerBuilder partSize(int partSize) {
        this.partSize = requirePositive("part size", partSize);
        return this;
    }

    /**
     * Sets how many objects a listing fetches at once; 1,000 by default.
     *
     * @param pageSize in objects, 1 or more
     * @return this
     */
    public MemoryServerBuilder pageSize(int pageSize) {
        this.pageSize = requirePositive("page size", pageSize);
        return this;
    }

    /** Returns a new, empty server. */
    public MemoryServer build() {
        return new MemoryServer(clock, capabilities, partSize, pageSize);
    }

    private static int requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("Expected a " + name + " of 1 or more, found " + value);
        }
        return value;
    }
}

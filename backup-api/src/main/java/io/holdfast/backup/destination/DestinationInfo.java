package io.holdfast.backup.destination;

import java.util.Objects;
import java.util.Set;

/**
 * What a destination says of itself.
 *
 * @param location where it is, in canonical form and without secrets: two handles have the same location exactly if they
 *     see the same objects; a location that continues another one after a {@code /} lies inside it
 * @param capabilities what it can do
 */
public record DestinationInfo(String location, Set<Capability> capabilities) {
    /** Creates the description, with a copy of the set. */
    public DestinationInfo {
        Objects.requireNonNull(location, "location");
        capabilities = Set.copyOf(capabilities);
    }

    /**
     * Tells whether two destinations share objects: one is the other, or lies inside it.
     *
     * @param other another destination
     * @return whether one of the locations is equal to the other or a folder above it
     */
    public boolean overlaps(DestinationInfo other) {
        String mine = asFolder(location);
        String others = asFolder(other.location);
        return mine.startsWith(others) || others.startsWith(mine);
    }

    private static String asFolder(String location) {
        return location.endsWith("/") ? location : location + "/";
    }
}

package io.holdfast.backup.destination;

import java.util.Set;

/**
 * Opens destinations of one kind. Found by {@link java.util.ServiceLoader}: register it in {@code META-INF/services} and in
 * {@code module-info}. Stateless; has a public constructor without parameters.
 */
public interface DestinationProvider {
    /** Returns the name of this kind of destination, {@code [a-z][a-z0-9-]*}: {@code fs}, {@code s3}, yours. */
    String kind();

    /** Returns the URI schemes that mean this kind, in lower case. */
    Set<String> uriSchemes();

    /**
     * Opens a destination. Needs no network: an application starts while its bucket is down.
     *
     * @param config where it is and how to use it
     * @return the destination, which the caller closes
     * @throws DestinationException with {@link io.holdfast.backup.ErrorCode#DESTINATION_CONFIG_INVALID} if properties are
     *     missing, unknown or wrong, naming all of them with their values (but no secret), or another code if what can be
     *     seen without the network already forbids its use
     */
    Destination open(DestinationConfig config);
}

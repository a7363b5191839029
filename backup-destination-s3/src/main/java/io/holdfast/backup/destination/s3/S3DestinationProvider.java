package io.holdfast.backup.destination.s3;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationProvider;
import java.util.Set;

/** Opens destinations in buckets. */
public final class S3DestinationProvider implements DestinationProvider {
    /** Creates the provider. */
    public S3DestinationProvider() {}

    /** Returns {@code s3}. */
    @Override
    public String kind() {
        return "s3";
    }

    /** Returns {@code s3}. */
    @Override
    public Set<String> uriSchemes() {
        return Set.of("s3");
    }

    @Override
    public Destination open(DestinationConfig config) {
        return new S3Destination(SettingsReader.read(config));
    }
}

package org.example.mvstore;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationProvider;
import io.holdfast.backup.destination.PropertyReader;
import java.util.Set;

/** Opens destinations in one file each: the property {@code file}. Memory: 128 KiB for an upload, 4 MiB for a file. */
public final class MvStoreDestinationProvider implements DestinationProvider {
    @Override
    public String kind() {
        return "mvstore";
    }

    @Override
    public Set<String> uriSchemes() {
        return Set.of();
    }

    @Override
    public Destination open(DestinationConfig config) {
        PropertyReader reader = config.reader();
        String file = reader.required("file");
        reader.finish();
        return new MvStoreDestination(file);
    }
}

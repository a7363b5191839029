package io.holdfast.backup.core;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.DestinationProvider;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens destinations with the providers that {@link ServiceLoader} finds. */
public final class Destinations {
    private Destinations() {}

    /**
     * Opens the destination that a URI means, as it is written in a file or on a command line. No message quotes it.
     *
     * @param uri an absolute URI, such as {@code file:/var/backups}
     * @return the destination, which the caller closes
     * @throws DestinationException as {@link #open(DestinationConfig, ClassLoader)} does
     */
    public static Destination open(String uri) {
        return open(readable(() -> DestinationConfig.parse(uri)));
    }

    /**
     * Opens the destination that a URI means, with the providers of the calling thread's context class loader.
     *
     * @param uri an absolute URI, such as {@code file:/var/backups}
     * @return the destination, which the caller closes
     * @throws DestinationException as {@link #open(DestinationConfig, ClassLoader)} does
     */
    public static Destination open(URI uri) {
        return open(readable(() -> DestinationConfig.of(uri)));
    }

    private static DestinationConfig readable(Supplier<DestinationConfig> config) {
        try {
            return config.get();
        } catch (IllegalArgumentException e) {
            throw new DestinationException(ErrorCode.DESTINATION_CONFIG_INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Opens a destination with the providers of the calling thread's context class loader.
     *
     * @param config which one
     * @return the destination, which the caller closes
     * @throws DestinationException as {@link #open(DestinationConfig, ClassLoader)} does
     */
    public static Destination open(DestinationConfig config) {
        return open(config, Thread.currentThread().getContextClassLoader());
    }

    /**
     * Opens a destination.
     *
     * @param config which one
     * @param classLoader where the providers are; null for the system's
     * @return the destination, which the caller closes
     * @throws DestinationException with {@link ErrorCode#DESTINATION_CONFIG_INVALID} if no provider has this kind or scheme (the
     *     message lists those there are), if two have, or if the properties are wrong; with what else the provider throws
     */
    public static Destination open(DestinationConfig config, @Nullable ClassLoader classLoader) {
        List<DestinationProvider> all = load(classLoader);
        List<DestinationProvider> matching =
                all.stream().filter(provider -> matches(provider, config)).toList();
        if (matching.size() == 1) {
            return matching.get(0).open(config);
        }
        throw matching.isEmpty() ? unknown(config, all) : ambiguous(config, matching);
    }

    private static List<DestinationProvider> load(@Nullable ClassLoader classLoader) {
        try {
            return ServiceLoader.load(DestinationProvider.class, classLoader).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError e) {
            throw new DestinationException(
                    ErrorCode.DESTINATION_CONFIG_INVALID,
                    "A destination provider could not be loaded: " + e.getMessage(),
                    e);
        }
    }

    private static boolean matches(DestinationProvider provider, DestinationConfig config) {
        return config.kind()
                .map(provider.kind()::equals)
                .orElseGet(() -> provider.uriSchemes().contains(scheme(config)));
    }

    private static String scheme(DestinationConfig config) {
        return config.uri().orElseThrow().getScheme().toLowerCase(Locale.ROOT);
    }

    private static String asked(DestinationConfig config) {
        return config.kind()
                .map(kind -> "of kind \"" + kind + "\"")
                .orElseGet(() -> "for scheme \"" + scheme(config) + "\"");
    }

    private static DestinationException unknown(DestinationConfig config, List<DestinationProvider> all) {
        TreeSet<String> known = new TreeSet<>();
        all.forEach(provider -> known.add(provider.kind() + " " + new TreeSet<>(provider.uriSchemes())));
        return new DestinationException(
                ErrorCode.DESTINATION_CONFIG_INVALID,
                "Expected a destination provider " + asked(config) + ", found "
                        + (known.isEmpty() ? "no provider at all; add a driver to the dependencies" : "only " + known),
                null);
    }

    private static DestinationException ambiguous(DestinationConfig config, List<DestinationProvider> matching) {
        return new DestinationException(
                ErrorCode.DESTINATION_CONFIG_INVALID,
                "Expected one destination provider " + asked(config) + ", found "
                        + matching.stream()
                                .map(provider -> provider.getClass().getName())
                                .toList()
                        + "; remove all but one from the dependencies",
                null);
    }
}

package io.holdfast.backup.destination;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which destination is meant: a kind and properties, or a URI whose query holds the properties. Immutable.
 *
 * <p>Providers read it through {@link #reader()}, which checks everything and reports all mistakes at once. Values never
 * appear in {@link #toString}.
 */
public final class DestinationConfig {
    private final @Nullable String kind;
    private final @Nullable URI uri;
    private final SortedMap<String, String> properties;

    private DestinationConfig(@Nullable String kind, @Nullable URI uri, Map<String, String> properties) {
        this.kind = kind;
        this.uri = uri;
        this.properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    }

    /**
     * Returns the configuration of a destination by kind.
     *
     * @param kind the provider's {@link DestinationProvider#kind}
     * @param properties the properties that the provider documents
     * @return the configuration, with a copy of the properties
     * @throws NullPointerException if the kind, a name or a value is null
     */
    public static DestinationConfig of(String kind, Map<String, String> properties) {
        properties.forEach((name, value) -> Objects.requireNonNull(value, name));
        return new DestinationConfig(Objects.requireNonNull(kind, "kind"), null, properties);
    }

    /**
     * Returns the configuration of a destination by URI. Each {@code name=value} of its query, percent-decoded as UTF-8, is a
     * property; a plus sign stands for itself. Messages name no value.
     *
     * @param uri an absolute URI, such as {@code file:/var/backups} or {@code s3://bucket/prefix?region=eu-south-1}
     * @return the configuration
     * @throws IllegalArgumentException if the URI has no scheme, or its query is not a list of different names with values in
     *     UTF-8
     */
    public static DestinationConfig of(URI uri) {
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException(
                    "Expected a URI with a scheme, such as file:/var/backups, found one without");
        }
        return new DestinationConfig(null, uri, queryOf(uri));
    }

    /**
     * Returns the configuration of a destination by URI, as it is written in a file or on a command line. Unlike
     * {@link URI#create}, no message quotes it: a query may hold secrets.
     *
     * @param uri an absolute URI
     * @return the configuration
     * @throws IllegalArgumentException if this is no URI, or one that {@link #of(URI)} refuses
     */
    public static DestinationConfig parse(String uri) {
        try {
            return of(new URI(uri));
        } catch (URISyntaxException e) {
            // Not as the cause, whose message quotes everything.
            throw new IllegalArgumentException(
                    "Expected a URI, such as file:/var/backups, found a mistake at its character " + e.getIndex() + ": "
                            + e.getReason());
        }
    }

    private static Map<String, String> queryOf(URI uri) {
        Map<String, String> properties = new TreeMap<>();
        String query = rawQueryOf(uri);
        if (query.isEmpty()) {
            return properties;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(
                        "Expected name=value pairs in the URI's query, found one without a name or '='");
            }
            String name = decode(pair.substring(0, equals));
            String value = decode(pair.substring(equals + 1));
            if (properties.put(name, value) != null) {
                throw new IllegalArgumentException(
                        "Expected each property once in the URI's query, found \"" + name + "\" again");
            }
        }
        return properties;
    }

    /** Strictly, unlike {@link java.net.URLDecoder}: a secret must not be changed in silence, nor quoted in a message. */
    private static String decode(String raw) {
        byte[] written = raw.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(written.length);
        for (int i = 0; i < written.length; i++) {
            if (written[i] == '%') {
                // Two digits follow, or it would be no URI.
                decoded.put(
                        (byte) (HexFormat.fromHexDigit(written[i + 1]) << 4 | HexFormat.fromHexDigit(written[i + 2])));
                i += 2;
            } else {
                decoded.put(written[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "Expected UTF-8 behind the percent signs of the URI's query, found other bytes", e);
        }
    }

    /** The query of {@code scheme:relative?query} too, which java.net.URI leaves in its scheme-specific part. */
    private static String rawQueryOf(URI uri) {
        if (!uri.isOpaque()) {
            return uri.getRawQuery() == null ? "" : uri.getRawQuery();
        }
        String part = uri.getRawSchemeSpecificPart();
        int mark = part.indexOf('?');
        return mark < 0 ? "" : part.substring(mark + 1);
    }

    /** Returns the kind, if the configuration names one. */
    public Optional<String> kind() {
        return Optional.ofNullable(kind);
    }

    /** Returns the URI, if the configuration has one. It may hold secrets. */
    public Optional<URI> uri() {
        return Optional.ofNullable(uri);
    }

    /** Returns the properties, by name. They may hold secrets. */
    public SortedMap<String, String> properties() {
        return properties;
    }

    /** Returns a new reader of the properties. A URI with a fragment is the first of its mistakes. */
    public PropertyReader reader() {
        PropertyReader reader = new PropertyReader(kind == null ? String.valueOf(uriScheme()) : kind, properties);
        if (uri != null && uri.getRawFragment() != null) {
            // What follows a '#' in a value would be lost in silence.
            reader.mistake("the URI", "must have no '#': write %23 where it belongs to a value");
        }
        return reader;
    }

    private @Nullable String uriScheme() {
        return uri == null ? null : uri.getScheme().toLowerCase(Locale.ROOT);
    }

    /** Returns the kind or the scheme and the names of the properties, without any value. */
    @Override
    public String toString() {
        return "DestinationConfig[" + (kind == null ? uriScheme() + ":" : kind) + " " + properties.keySet() + "]";
    }
}

package io.holdfast.backup.destination.s3;

import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.ObjectKey;
import io.holdfast.backup.destination.PropertyReader;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads where the objects are, and notes what is wrong with it. */
final class LocationReader {
    /** Other servers allow more than Amazon S3 does today, and so did it once. */
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]");

    private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** A name in a bucket has 1,024 bytes, and the prefix's slash is one of them. */
    private static final int MAX_PREFIX = 1024 - 1 - ObjectKey.MAX_LENGTH;

    /** What servers that are not Amazon's expect where they do not care. */
    private static final String ANY_REGION = "us-east-1";

    private final DestinationConfig config;
    private final PropertyReader reader;

    LocationReader(DestinationConfig config, PropertyReader reader) {
        this.config = config;
        this.reader = reader;
    }

    S3Location read() {
        URI endpoint = endpoint();
        String region = region(endpoint != null || reader.optional("endpoint").isPresent());
        boolean pathStyle = reader.flag("path-style", endpoint != null);
        Optional<URI> uri = config.uri();
        if (uri.isEmpty()) {
            return new S3Location(
                    endpoint,
                    region,
                    bucket(reader.required("bucket")),
                    prefix("prefix", reader.optional("prefix").orElse("")),
                    pathStyle);
        }
        for (String name : new String[] {"bucket", "prefix"}) {
            if (reader.optional(name).isPresent()) {
                reader.mistake(name, "must not be given beside an s3: URI, which names it itself");
            }
        }
        String authority = uri.get().getRawAuthority();
        if (authority == null) {
            reader.mistake("the URI", "must name a bucket: s3://bucket/prefix");
        }
        String path = uri.get().getPath();
        return new S3Location(
                endpoint,
                region,
                authority == null ? "" : bucket(authority),
                prefix("prefix", path == null ? "" : path),
                pathStyle);
    }

    private String bucket(String name) {
        if (!name.isEmpty() && !BUCKET.matcher(name).matches()) {
            // What is no name may be a key and a secret before an @.
            String found = name.contains("@") ? "an @ in it" : "\"" + name + "\"";
            reader.mistake("bucket", "must be 3 to 255 of [A-Za-z0-9._-], found " + found);
        }
        return name;
    }

    /** Returns a prefix without slashes at its ends. */
    String prefix(String property, String written) {
        String prefix = written.replaceAll("^/+|/+$", "");
        if (prefix.isEmpty()) {
            return prefix;
        }
        try {
            ObjectKey.requireValid(prefix);
        } catch (IllegalArgumentException e) {
            reader.mistake(property, "must have the form of a key, found \"" + written + "\" (" + e.getMessage() + ")");
        }
        if (prefix.length() > MAX_PREFIX) {
            reader.mistake(property, "must have at most " + MAX_PREFIX + " characters, found " + prefix.length());
        }
        return prefix;
    }

    private String region(boolean elsewhere) {
        Optional<String> region = reader.optional("region");
        if (region.isEmpty() && !elsewhere) {
            reader.mistake("region", "is missing; only with an endpoint it may be left out");
        }
        region.filter(name -> !REGION.matcher(name).matches())
                .ifPresent(
                        name -> reader.mistake("region", "must be a name such as eu-south-1, found \"" + name + "\""));
        return region.orElse(ANY_REGION);
    }

    private @Nullable URI endpoint() {
        Optional<String> written = reader.optional("endpoint");
        if (written.isEmpty()) {
            return null;
        }
        return server("endpoint", written.get());
    }

    /** Reads the URI of a server; notes a mistake and returns null when it is none. */
    @Nullable
    URI server(String property, String written) {
        URI uri;
        try {
            uri = URI.create(written);
        } catch (IllegalArgumentException e) {
            uri = URI.create("");
        }
        if (uri.getRawUserInfo() != null || written.contains("@")) {
            reader.mistake(property, "must hold no user and no password");
            return null;
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            reader.mistake(property, "must be http:// or https:// and a host, found \"" + written + "\"");
            return null;
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            reader.mistake(property, "must have no ? and no #, found \"" + written + "\"");
        }
        return URI.create(scheme + "://" + uri.getRawAuthority().toLowerCase(Locale.ROOT) + uri.getRawPath());
    }
}

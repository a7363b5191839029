package io.holdfast.backup.destination.s3;

import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectKey;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the objects are.
 *
 * @param endpoint the server, or null for Amazon S3 in the region
 * @param region the region that requests are signed for
 * @param bucket the bucket
 * @param prefix what stands before the keys, without a slash at either end; empty for the whole bucket
 * @param pathStyle whether the bucket is named in the path of requests, and not in the name of the host
 */
record S3Location(@Nullable URI endpoint, String region, String bucket, String prefix, boolean pathStyle) {
    /** Returns the name that an object has in the bucket. */
    String inBucket(String key) {
        return folder() + key;
    }

    /** Returns the key of what has this name in the bucket; empty for what is no object of a destination. */
    Optional<String> keyOf(String name) {
        if (!name.startsWith(folder())) {
            return Optional.empty();
        }
        try {
            return Optional.of(ObjectKey.requireValid(name.substring(folder().length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns what all names of objects begin with. */
    String folder() {
        return prefix.isEmpty() ? "" : prefix + "/";
    }

    /** Returns the location in canonical form. Buckets of Amazon S3 have one name space, whatever the endpoint is called. */
    String canonical() {
        URI at = endpoint;
        String server = at == null || isAmazon(at) ? "s3:/" : "s3:" + withoutDefaultPort(at);
        return server + "/" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
    }

    /** Tells whether another prefix of this bucket shares objects with this one. */
    boolean overlaps(String otherPrefix) {
        S3Location other = new S3Location(endpoint, region, bucket, otherPrefix, pathStyle);
        return asInfo().overlaps(other.asInfo());
    }

    private DestinationInfo asInfo() {
        return new DestinationInfo(canonical(), Set.of());
    }

    private static boolean isAmazon(URI endpoint) {
        String host = endpoint.getHost();
        return host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn");
    }

    private static String withoutDefaultPort(URI endpoint) {
        int port = endpoint.getPort();
        boolean isDefault = port < 0 || port == (endpoint.getScheme().equals("https") ? 443 : 80);
        String path = endpoint.getRawPath().replaceAll("/+$", "");
        return endpoint.getScheme() + "://" + endpoint.getHost() + (isDefault ? "" : ":" + port) + path;
    }
}

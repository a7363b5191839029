package io.holdfast.backup.destination.s3;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.PropertyReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a configuration, and reports everything that is wrong with it at once. */
final class SettingsReader {
    /** How the server encrypts. */
    private enum Encryption {
        BUCKET_DEFAULT(null),
        SSE_S3("AES256"),
        SSE_KMS("aws:kms");

        private final @Nullable String header;

        Encryption(@Nullable String header) {
            this.header = header;
        }
    }

    /** Where keys come from when they are not given. */
    private enum Source {
        GIVEN,
        DEFAULT
    }

    private static final long MIB = 1 << 20;

    private final PropertyReader reader;
    private final LocationReader locations;

    private SettingsReader(DestinationConfig config) {
        this.reader = config.reader();
        this.locations = new LocationReader(config, reader);
    }

    static S3Settings read(DestinationConfig config) {
        return new SettingsReader(config).read();
    }

    private S3Settings read() {
        S3Location location = locations.read();
        List<String> reserved = reserved();
        S3Settings settings = new S3Settings(
                location,
                credentials(),
                objects(),
                plan(),
                network(),
                reader.choice("exclusive-commit", ExclusiveCommit.MULTIPART));
        reader.finish();
        requireApart(location, reserved);
        return settings;
    }

    private List<String> reserved() {
        List<String> prefixes = new ArrayList<>();
        reader.optional("reserved-prefixes").ifPresent(written -> {
            for (String prefix : written.split(",", -1)) {
                prefixes.add(locations.prefix("reserved-prefixes", prefix.strip()));
            }
        });
        return prefixes;
    }

    private static void requireApart(S3Location location, List<String> reserved) {
        for (String prefix : reserved) {
            if (location.overlaps(prefix)) {
                throw new DestinationException(
                        ErrorCode.DESTINATION_PATH_CONFLICT,
                        "Expected a place apart from \"" + prefix
                                + "\", which reserved-prefixes keeps for something else," + " found "
                                + location.canonical() + ". Give the backups a prefix of their own",
                        null);
            }
        }
    }

    private S3Credentials credentials() {
        Optional<String> access = reader.secret("access-key");
        Optional<String> secret = reader.secret("secret-key");
        Optional<String> session = reader.secret("session-token");
        Optional<String> profile = reader.optional("profile");
        Source source = reader.choice("credentials", Source.GIVEN);
        boolean keys = access.isPresent() || secret.isPresent() || session.isPresent();
        if (keys && (access.isEmpty() || secret.isEmpty())) {
            reader.mistake(access.isEmpty() ? "access-key" : "secret-key", "is missing; both keys go together");
        }
        int ways = (keys ? 1 : 0) + (profile.isPresent() ? 1 : 0) + (source == Source.DEFAULT ? 1 : 0);
        if (ways != 1) {
            reader.mistake(
                    "credentials",
                    "must come from access-key and secret-key, or profile, or credentials=default: one of them, found "
                            + ways);
        }
        if (profile.isPresent()) {
            return S3Credentials.ofProfile(profile.get());
        }
        return keys
                ? S3Credentials.ofKeys(access.orElse(""), secret.orElse(""), session.orElse(null))
                : S3Credentials.ofDefaultChain();
    }

    private ObjectOptions objects() {
        Encryption encryption = reader.choice("encryption", Encryption.BUCKET_DEFAULT);
        Optional<String> kmsKey = reader.optional("kms-key");
        if (kmsKey.isPresent() && encryption != Encryption.SSE_KMS) {
            reader.mistake("kms-key", "needs encryption=sse-kms");
        }
        return new ObjectOptions(
                reader.optional("storage-class").orElse(null), encryption.header, kmsKey.orElse(null), tags());
    }

    private Map<String, String> tags() {
        Map<String, String> tags = new TreeMap<>();
        reader.optional("tags").ifPresent(written -> {
            for (String tag : written.split(",", -1)) {
                int equals = tag.indexOf('=');
                if (equals <= 0 || tags.put(tag.substring(0, equals), tag.substring(equals + 1)) != null) {
                    reader.mistake(
                            "tags", "must be different name=value pairs with commas between, found \"" + tag + "\"");
                }
            }
        });
        if (tags.size() > 10) {
            reader.mistake("tags", "must be at most 10, found " + tags.size());
        }
        return tags;
    }

    private PartPlan plan() {
        long memory = reader.bytes("memory", 128 * MIB, 2 * PartPlan.MIN_PART_SIZE, 2048 * MIB);
        long partSize = reader.bytes("part-size", Math.min(8 * MIB, memory / 2), PartPlan.MIN_PART_SIZE, 1024 * MIB);
        if (partSize > memory / 2) {
            reader.mistake("part-size", "must be at most half of the memory, " + memory + ", found " + partSize);
        }
        return new PartPlan(partSize, (int) reader.number("parts-in-flight", 4, 1, 64), memory, PartPlan.MAX_PARTS);
    }

    private Network network() {
        Duration timeout =
                reader.duration("timeout", Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofHours(1));
        return new Network(
                (int) reader.number("connections", 32, 1, 1000),
                reader.duration(
                        "connect-timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(10)),
                timeout,
                reader.duration("call-timeout", Duration.ofMinutes(15), Duration.ofMillis(100), Duration.ofDays(1)),
                (int) reader.number("attempts", 5, 1, 100),
                reader.choice("checksums", Network.Checksums.SUPPORTED),
                caFile(),
                proxy(),
                reader.optional("proxy-user").orElse(null),
                reader.secret("proxy-password").orElse(null));
    }

    private @Nullable URI proxy() {
        Optional<String> written = reader.optional("proxy");
        if (written.isEmpty() && reader.optional("proxy-user").isPresent()) {
            reader.mistake("proxy-user", "needs a proxy");
        }
        return written.map(text -> locations.server("proxy", text)).orElse(null);
    }

    private @Nullable Path caFile() {
        Optional<String> written = reader.optional("ca-file");
        if (written.isEmpty()) {
            return null;
        }
        try {
            Path file = Path.of(written.get());
            CaFile.trustManagers(file);
            return file;
        } catch (InvalidPathException e) {
            reader.mistake("ca-file", "must be a path of this platform, found \"" + written.get() + "\"");
        } catch (IOException e) {
            boolean there = Files.exists(Path.of(written.get()));
            reader.mistake(
                    "ca-file",
                    "must be a readable file of certificates in PEM form, found \"" + written.get() + "\" ("
                            + (there ? e.getMessage() : "no such file") + ")");
        }
        return null;
    }
}

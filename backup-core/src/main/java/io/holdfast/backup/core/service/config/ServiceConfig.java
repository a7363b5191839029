package io.holdfast.backup.core.service.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.service.RepositorySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The repositories of a service, as a JSON file describes them. The names are those of the options of
 * {@link RepositorySettings.Builder}, in lower case with underscores; {@code docs/OPERATIONS.md} lists them. Reading is strict, and
 * every mistake is told at once, each with its place. What a file says is never quoted where it may hold a secret.
 *
 * @param repositories their settings, in the order of the file
 */
public record ServiceConfig(List<RepositorySettings> repositories) {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 10;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Creates a configuration, with a copy of the list. */
    public ServiceConfig {
        repositories = List.copyOf(repositories);
    }

    /**
     * Reads a file.
     *
     * @param file the file, of up to 1 MiB of JSON in UTF-8
     * @return the configuration
     * @throws BackupException with {@link ErrorCode#DESTINATION_CONFIG_INVALID} if there are mistakes, all of them in its message
     * @throws IOException if the file cannot be read
     */
    public static ServiceConfig read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw invalid(List.of("Expected up to " + MAX_BYTES + " bytes, found " + size));
        }
        return parse(Files.readString(file));
    }

    /**
     * Reads a text.
     *
     * @param json the text
     * @return the configuration
     * @throws BackupException with {@link ErrorCode#DESTINATION_CONFIG_INVALID} if there are mistakes, all of them in its message
     */
    public static ServiceConfig parse(String json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            // The parser's own message quotes what it found.
            String at = Optional.ofNullable(e.getLocation())
                    .map(ServiceConfig::place)
                    .orElse("somewhere");
            throw invalid(List.of("Expected JSON without double names and nested up to " + MAX_DEPTH
                    + " deep, found something else at " + at));
        }
        Mistakes mistakes = new Mistakes();
        ConfigObject file = ConfigObject.root(root, mistakes);
        List<RepositorySettings> repositories = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ConfigObject repository : file.objects("repositories")) {
            new RepositoryReader(repository).read().ifPresent(settings -> {
                repositories.add(settings);
                if (!names.add(settings.name())) {
                    repository.mistake("name", "expected names that differ, found " + settings.name() + " again");
                }
            });
        }
        file.refuseOthers();
        if (!mistakes.all().isEmpty()) {
            throw invalid(mistakes.all());
        }
        return new ServiceConfig(repositories);
    }

    private static String place(JsonLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static BackupException invalid(List<String> mistakes) {
        return new BackupException(
                ErrorCode.DESTINATION_CONFIG_INVALID,
                "The configuration has " + mistakes.size() + (mistakes.size() == 1 ? " mistake: " : " mistakes: ")
                        + String.join("; ", mistakes));
    }
}

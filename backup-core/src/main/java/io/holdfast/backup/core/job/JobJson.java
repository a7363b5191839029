package io.holdfast.backup.core.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a {@link DirectoryJobStore} writes into its files. */
final class JobJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JobJson() {}

    static byte[] write(Job job) throws JsonProcessingException {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(toJson(job));
    }

    /** Fails with a JsonProcessingException, an IllegalArgumentException or a DateTimeException if this is no record. */
    static Job read(byte[] bytes) throws IOException {
        return fromJson(MAPPER.readTree(bytes));
    }

    static byte[] writeNotes(SortedMap<String, String> notes) throws JsonProcessingException {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(notes);
    }

    static SortedMap<String, String> readNotes(byte[] bytes) throws IOException {
        SortedMap<String, String> notes = new TreeMap<>();
        MAPPER.readTree(bytes)
                .properties()
                .forEach(note -> notes.put(note.getKey(), note.getValue().asText()));
        return notes;
    }

    private static ObjectNode toJson(Job job) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("id", job.id());
        json.put("kind", job.kind().name());
        json.put("repository", job.repository());
        json.put("backup_id", job.backupId());
        json.put("owner", job.owner());
        json.put("state", job.state().name());
        json.put("started_at", job.startedAt().toString());
        job.finishedAt().ifPresent(at -> json.put("finished_at", at.toString()));
        json.put("bytes", job.bytes());
        job.errorCode().ifPresent(code -> json.put("error_code", code.wireValue()));
        job.message().ifPresent(message -> json.put("message", message));
        return json;
    }

    private static Job fromJson(JsonNode json) {
        JsonNode finished = json.path("finished_at");
        JsonNode code = json.path("error_code");
        JsonNode message = json.path("message");
        return new Job(
                text(json, "id"),
                JobKind.valueOf(text(json, "kind")),
                text(json, "repository"),
                text(json, "backup_id"),
                text(json, "owner"),
                JobState.valueOf(text(json, "state")),
                Instant.parse(text(json, "started_at")),
                finished.isTextual() ? Instant.parse(finished.textValue()) : null,
                json.path("bytes").asLong(),
                code.isTextual() ? ErrorCode.ofWireValue(code.textValue()).orElse(ErrorCode.INTERNAL) : null,
                message.isTextual() ? message.textValue() : null);
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("Expected a text in field " + name);
        }
        return value.textValue();
    }
}

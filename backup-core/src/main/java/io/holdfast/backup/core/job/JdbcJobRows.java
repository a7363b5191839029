package io.holdfast.backup.core.job;

import io.holdfast.backup.ErrorCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs as rows. Instants are kept as text, which loses no digit in any database. */
final class JdbcJobRows {
    private static final int MESSAGE_LENGTH = 4000;

    private JdbcJobRows() {}

    /** The values in the order of the columns; an empty text stands for none. */
    static List<Object> values(Job job) {
        List<Object> values = new ArrayList<>(List.of(
                job.id(),
                job.kind().name(),
                job.repository(),
                job.backupId(),
                job.owner(),
                job.state().name(),
                job.startedAt().toString(),
                job.finishedAt().map(Instant::toString).orElse("")));
        values.add(job.bytes());
        values.add(job.errorCode().map(ErrorCode::wireValue).orElse(""));
        String message = job.message().orElse("").replace("\0", "");
        values.add(message.length() > MESSAGE_LENGTH ? message.substring(0, MESSAGE_LENGTH) : message);
        return values;
    }

    static Job read(ResultSet row) throws SQLException {
        String finished = optional(row, "finished_at");
        String code = optional(row, "error_code");
        return new Job(
                row.getString("id"),
                JobKind.valueOf(row.getString("kind")),
                row.getString("repository"),
                row.getString("backup_id"),
                row.getString("owner"),
                JobState.valueOf(row.getString("state")),
                Instant.parse(row.getString("started_at")),
                finished == null ? null : Instant.parse(finished),
                row.getLong("bytes"),
                code == null ? null : ErrorCode.ofWireValue(code).orElse(ErrorCode.INTERNAL),
                optional(row, "message"));
    }

    /** Some databases cannot tell an empty text from none. */
    private static @Nullable String optional(ResultSet row, String column) throws SQLException {
        String value = row.getString(column);
        return value == null || value.isEmpty() ? null : value;
    }
}

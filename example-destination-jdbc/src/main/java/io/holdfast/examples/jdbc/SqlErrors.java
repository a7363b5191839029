package io.holdfast.examples.jdbc;

import io.holdfast.backup.ErrorCode;
import java.sql.SQLException;

/** What the five characters of an SQLState mean for a destination. */
final class SqlErrors {
    private SqlErrors() {}

    static ErrorCode codeOf(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        return switch (state) {
            case "42501", "90096" -> ErrorCode.DESTINATION_PERMISSION_DENIED;
            case "53100" -> ErrorCode.DESTINATION_NO_SPACE;
            case "3D000", "42P01", "42S02", "42S04", "90146" -> ErrorCode.DESTINATION_NOT_FOUND;
            case "90067", "90098", "90121" -> ErrorCode.DESTINATION_UNREACHABLE;
            default ->
                switch (state.length() < 2 ? state : state.substring(0, 2)) {
                    case "08", "57" -> ErrorCode.DESTINATION_UNREACHABLE;
                    case "28" -> ErrorCode.DESTINATION_CREDENTIALS_INVALID;
                    case "40", "53", "55", "HY" -> ErrorCode.DESTINATION_THROTTLED;
                    default -> ErrorCode.classify(failure);
                };
        };
    }

    /** Tells whether a row was refused because there is one with the same key. */
    static boolean isDuplicate(SQLException failure) {
        return failure.getSQLState() != null && failure.getSQLState().startsWith("23");
    }
}

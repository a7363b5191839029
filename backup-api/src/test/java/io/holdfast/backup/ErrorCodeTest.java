package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {
    /** Printed in documents and stored in jobs: a value in this list never changes and never leaves it. */
    private static final String[] WIRE_VALUES = {
        "destination_permission_denied",
        "destination_not_found",
        "destination_no_space",
        "destination_unreachable",
        "destination_throttled",
        "destination_credentials_invalid",
        "destination_path_conflict",
        "destination_config_invalid",
        "destination_object_exists",
        "destination_object_missing",
        "destination_object_locked",
        "destination_outcome_unknown",
        "source_unavailable",
        "backup_already_running",
        "backup_not_found",
        "backup_incomplete",
        "backup_aborted",
        "backup_unsupported",
        "manifest_invalid",
        "manifest_version_unsupported",
        "manifest_tampered",
        "integrity_mismatch",
        "decryption_failed",
        "encryption_key_unavailable",
        "encryption_key_invalid",
        "store_mismatch",
        "restore_precondition_failed",
        "restore_corrupt",
        "restore_destination_not_empty",
        "schema_version_mismatch",
        "schedule_invalid",
        "hold_unavailable",
        "internal"
    };

    @Test
    void the_wire_values_are_these_and_no_others() {
        assertThat(ErrorCode.values()).extracting(ErrorCode::wireValue).containsExactlyInAnyOrder(WIRE_VALUES);
    }

    @ParameterizedTest
    @EnumSource
    void a_wire_value_leads_back_to_its_code(ErrorCode code) {
        assertThat(ErrorCode.ofWireValue(code.wireValue())).contains(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " internal", "INTERNAL", "Internal", "internal_", "made_up"})
    void an_unknown_wire_value_leads_to_nothing(String wireValue) {
        assertThat(ErrorCode.ofWireValue(wireValue)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void the_hint_is_one_short_line(ErrorCode code) {
        assertThat(code.hint()).isNotBlank().endsWith(".").hasSizeLessThan(120).doesNotContain("\n");
    }

    @Test
    void only_the_unknown_outcome_is_verified_before_a_retry() {
        assertThat(codesWith(Recovery.VERIFY_THEN_RETRY)).containsExactly(ErrorCode.DESTINATION_OUTCOME_UNKNOWN);
    }

    @Test
    void these_may_pass_by_themselves() {
        assertThat(codesWith(Recovery.RETRY))
                .containsExactlyInAnyOrder(
                        ErrorCode.DESTINATION_UNREACHABLE,
                        ErrorCode.DESTINATION_THROTTLED,
                        ErrorCode.SOURCE_UNAVAILABLE,
                        ErrorCode.BACKUP_ALREADY_RUNNING,
                        ErrorCode.BACKUP_ABORTED,
                        ErrorCode.HOLD_UNAVAILABLE);
    }

    private static Stream<ErrorCode> codesWith(Recovery recovery) {
        return Arrays.stream(ErrorCode.values()).filter(code -> code.recovery() == recovery);
    }
}

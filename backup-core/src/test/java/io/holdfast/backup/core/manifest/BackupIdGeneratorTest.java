package io.holdfast.backup.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupIdGeneratorTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-31T02:00:00.123Z"));
    private final BackupIdGenerator ids = new BackupIdGenerator(now::get, new Random(1));

    @Test
    void an_id_holds_the_time_in_milliseconds() {
        assertThat(ids.next(Optional.empty()).time()).isEqualTo(now.get());
        assertThat(ids.floor().time()).isEqualTo(now.get());
    }

    @Test
    void ids_ascend_while_the_clock_stands_still_goes_on_and_goes_back() {
        BackupId last = ids.next(Optional.empty());
        Random random = new Random(2);
        for (int i = 0; i < 10_000; i++) {
            now.updateAndGet(instant -> instant.plusMillis(random.nextInt(5) - 2));
            BackupId next = ids.next(Optional.empty());
            assertThat(next).as("step %d", i).isGreaterThan(last);
            last = next;
        }
    }

    @Test
    void an_id_is_greater_than_the_greatest_known_even_if_that_comes_from_the_future() {
        BackupId future =
                new BackupIdGenerator(() -> now.get().plusSeconds(86_400), new Random(3)).next(Optional.empty());

        BackupId next = ids.next(Optional.of(future));

        assertThat(next).isGreaterThan(future);
        assertThat(next.time()).isEqualTo(future.time());
    }

    @Test
    void a_carry_out_of_the_random_part_goes_into_the_time() {
        BackupId full = new BackupId(ids.floor().value().substring(0, 10) + "ZZZZZZZZZZZZZZZZ");

        assertThat(ids.next(Optional.of(full)).time()).isEqualTo(now.get().plusMillis(1));
    }

    @Test
    void nothing_is_greater_than_the_greatest() {
        BackupId greatest = new BackupId("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");

        assertThatThrownBy(() -> ids.next(Optional.of(greatest))).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01ARZ3NDEKTSV4RRFFQ69G5FA",
                "01ARZ3NDEKTSV4RRFFQ69G5FAVX",
                "01arz3ndektsv4rrffq69g5fav",
                "81ARZ3NDEKTSV4RRFFQ69G5FAV",
                "01ARZ3NDEKTSV4RRFFQ69G5FAI",
                "01ARZ3NDEKTSV4RRFFQ69G5FA\n"
            })
    void what_is_no_ulid_in_upper_case_is_no_id(String text) {
        assertThat(BackupId.isValid(text)).isFalse();
        assertThatThrownBy(() -> new BackupId(text)).isInstanceOf(IllegalArgumentException.class);
    }
}

package io.holdfast.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObjectInfoTest {
    @Test
    void an_empty_object_has_size_0() {
        assertThat(new ObjectInfo("a", 0, Instant.EPOCH).size()).isZero();
    }

    @Test
    void a_negative_size_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObjectInfo("a", -1, Instant.EPOCH))
                .withMessageContaining("found -1");
    }

    @Test
    void key_and_time_are_needed() {
        assertThatNullPointerException().isThrownBy(() -> new ObjectInfo(null, 1, Instant.EPOCH));
        assertThatNullPointerException().isThrownBy(() -> new ObjectInfo("a", 1, null));
    }
}

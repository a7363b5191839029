package io.holdfast.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationInfoTest {
    @ParameterizedTest
    @CsvSource({
        "file:/a, file:/a, true",
        "file:/a, file:/a/, true",
        "file:/a, file:/a/b, true",
        "file:/a, file:/a/b/c, true",
        "file:/, file:/a, true",
        "file:/a, file:/ab, false",
        "file:/a, file:/a-b, false",
        "file:/a, file:/b, false",
        "file:/a/b, file:/a/c, false",
        "file:/a, s3://h/a, false",
        "s3://h/bucket, s3://h/bucket/prefix, true",
        "s3://h/bucket/pre, s3://h/bucket/prefix, false",
        "s3://h/bucket, s3://h/bucket2, false",
    })
    void one_overlaps_the_other_if_it_is_the_same_or_lies_inside(String one, String other, boolean overlaps) {
        assertThat(at(one).overlaps(at(other))).isEqualTo(overlaps);
        assertThat(at(other).overlaps(at(one))).isEqualTo(overlaps);
        assertThat(at(one).overlaps(at(one))).isTrue();
    }

    @Test
    void capabilities_do_not_matter_for_overlap() {
        DestinationInfo able = new DestinationInfo("file:/a", EnumSet.allOf(Capability.class));

        assertThat(able.overlaps(at("file:/a/b"))).isTrue();
    }

    @Test
    void the_capabilities_are_a_copy() {
        Set<Capability> capabilities = EnumSet.of(Capability.EXCLUSIVE_COMMIT);
        DestinationInfo info = new DestinationInfo("file:/a", capabilities);

        capabilities.clear();

        assertThat(info.capabilities()).containsExactly(Capability.EXCLUSIVE_COMMIT);
        assertThat(info.capabilities()).isUnmodifiable();
    }

    @Test
    void a_location_is_needed() {
        assertThatNullPointerException().isThrownBy(() -> new DestinationInfo(null, Set.of()));
    }

    private static DestinationInfo at(String location) {
        return new DestinationInfo(location, Set.of());
    }
}

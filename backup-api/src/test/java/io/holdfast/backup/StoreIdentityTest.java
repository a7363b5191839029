package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoreIdentityTest {
    static Stream<String> goodIds() {
        return Stream.of("a", "Z", "0", "urn:uuid:4f3c", "A.b_c-d:9", "x".repeat(128));
    }

    static Stream<String> badIds() {
        return Stream.of("", " ", "a b", "a/b", "a\n", "\na", "\u00e9", "x".repeat(129));
    }

    static Stream<String> goodKinds() {
        return Stream.of("catalog", "rocksdb-index", "a", "0._-", "x".repeat(64));
    }

    static Stream<String> badKinds() {
        return Stream.of("", "Catalog", "a:b", "a/b", "a b", "a\n", "\u00e9", "x".repeat(65));
    }

    @ParameterizedTest
    @MethodSource("goodIds")
    void an_id_within_its_bounds_is_kept(String id) {
        assertThat(new StoreIdentity(id, "catalog").id()).isEqualTo(id);
    }

    @ParameterizedTest
    @MethodSource("badIds")
    void an_id_out_of_its_bounds_is_refused(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StoreIdentity(id, "catalog"))
                .withMessageContaining("store id of 1 to 128");
    }

    @ParameterizedTest
    @MethodSource("goodKinds")
    void a_kind_within_its_bounds_is_kept(String kind) {
        assertThat(new StoreIdentity("a", kind).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @MethodSource("badKinds")
    void a_kind_out_of_its_bounds_is_refused(String kind) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StoreIdentity("a", kind))
                .withMessageContaining("store kind of 1 to 64");
    }
}

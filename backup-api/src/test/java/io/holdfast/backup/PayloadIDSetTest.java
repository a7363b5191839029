package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadIDSetTest {
    private static final String SMILE = "\ud83d\ude00";

    private final PayloadIDSet set = PayloadIDSet.create();

    static Stream<String> idsAtTheBounds() {
        return Stream.of(
                "a",
                " ",
                "~",
                "\u00a0",
                "\u2028",
                "\ufeff",
                "\uffff",
                SMILE,
                "../../etc/passwd",
                "a".repeat(1024),
                "\u00e9".repeat(512),
                SMILE.repeat(256));
    }

    static Stream<String> controlCharacters() {
        return IntStream.concat(IntStream.rangeClosed(0, 0x1f), IntStream.rangeClosed(0x7f, 0x9f))
                .mapToObj(Character::toString);
    }

    static Stream<String> illFormedIds() {
        return Stream.of(
                "\ud83d", "\ude00", "a\ud83d", "\ud83da", "\ude00\ud83d", "\ud83d\ud83d\ude00", SMILE + "\ude00");
    }

    static Stream<String> idsOutOfLength() {
        return Stream.of("", "a".repeat(1025), "\u00e9".repeat(512) + "a", SMILE.repeat(256) + "a");
    }

    static Stream<String> impossibleIds() {
        return Stream.of(controlCharacters(), illFormedIds(), idsOutOfLength()).flatMap(ids -> ids);
    }

    @ParameterizedTest
    @MethodSource("idsAtTheBounds")
    void an_id_at_the_bounds_is_kept_as_it_is(String id) {
        set.add(id);

        assertThat(set).containsExactly(id);
        assertThat(set.contains(id)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("controlCharacters")
    void a_control_character_is_refused_by_its_number_and_place(String control) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set.add("secret" + control))
                .withMessageContaining(String.format("U+%04X at index 6", (int) control.charAt(0)))
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @MethodSource("illFormedIds")
    void a_lone_surrogate_is_refused(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> set.add(id)).withMessageContaining("lone surrogate");
    }

    @ParameterizedTest
    @MethodSource("idsOutOfLength")
    void a_length_out_of_bounds_is_refused_and_told(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set.add(id))
                .withMessageContaining("1 to 1024 bytes of UTF-8")
                .withMessageEndingWith("found " + id.getBytes(StandardCharsets.UTF_8).length);
    }

    @ParameterizedTest
    @MethodSource("impossibleIds")
    void a_refused_id_leaves_the_set_as_it_was(String id) {
        set.add("kept");

        assertThatIllegalArgumentException().isThrownBy(() -> set.add(id));

        assertThat(set).containsExactly("kept");
        assertThat(set.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("impossibleIds")
    void an_impossible_id_is_not_contained(String id) {
        set.add("a");

        assertThat(set.contains(id)).isFalse();
    }

    @Test
    void a_lone_surrogate_is_not_taken_for_its_replacement() {
        set.add("?");
        set.add("\ufffd");

        assertThat(set.contains("\ud83d")).isFalse();
    }

    @Test
    void a_new_set_is_empty() {
        assertThat(set).isEmpty();
        assertThat(set.size()).isZero();
        assertThat(set.contains("a")).isFalse();
    }

    @Test
    void an_id_that_is_added_twice_counts_once() {
        set.add("a");
        set.add("a");

        assertThat(set.size()).isEqualTo(1);
        assertThat(set).containsExactly("a");
    }

    @Test
    void the_order_is_that_of_unsigned_utf8_bytes() {
        String supplementary = SMILE;
        for (String id : new String[] {supplementary, "\uffee", "\u00e9", "~", "ab", "a", "B", "a/"}) {
            set.add(id);
        }

        assertThat(set).containsExactly("B", "a", "a/", "ab", "~", "\u00e9", "\uffee", supplementary);
    }

    @Test
    void the_beginning_of_an_id_is_another_id() {
        set.add("abc");

        assertThat(set.contains("ab")).isFalse();
        assertThat(set.contains("abcd")).isFalse();
    }

    @Test
    void an_iteration_ends_with_an_exception_and_removes_nothing() {
        set.add("a");
        Iterator<String> ids = set.iterator();

        assertThat(ids.next()).isEqualTo("a");
        assertThatThrownBy(ids::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(ids::remove).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void ids_added_during_an_iteration_do_not_disturb_it() {
        set.add("a");
        set.add("b");
        Iterator<String> ids = set.iterator();

        IntStream.range(0, 1000).forEach(i -> set.add("a" + i));

        assertThat(ids).toIterable().containsExactly("a", "b");
        assertThat(set).hasSize(1002);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\u00e9", "\uffee", "\ud83d\ude00"})
    void encode_gives_the_utf8_bytes(String id) {
        assertThat(PayloadIDSet.encode(id)).isEqualTo(id.getBytes(StandardCharsets.UTF_8));
    }
}

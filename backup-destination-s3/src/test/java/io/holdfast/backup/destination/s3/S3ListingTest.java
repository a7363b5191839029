package io.holdfast.backup.destination.s3;

import static io.holdfast.backup.destination.s3.Acts.assertFails;
import static io.holdfast.backup.destination.s3.Acts.keys;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.s3.ScriptedS3.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a listing makes of pages (D5). */
class S3ListingTest {
    private final ScriptedS3 server = new ScriptedS3();
    private final Destination destination = server.open();

    @AfterEach
    void close() {
        destination.close();
        server.close();
    }

    private void store(String... names) {
        for (String name : names) {
            server.bucket.store(name, new byte[0], "t");
        }
    }

    @Test
    void pages_are_fetched_as_they_are_needed() {
        store("pre/fix/a", "pre/fix/b", "pre/fix/c", "pre/fix/d", "pre/fix/e");
        server.bucket.setPageSize(2);
        try (Stream<ObjectInfo> listing = destination.list("", "")) {
            assertThat(server.count("list")).isZero();
            Iterator<ObjectInfo> objects = listing.iterator();
            objects.next();
            assertThat(server.count("list")).isEqualTo(1);
            objects.next();
            objects.next();
            assertThat(server.count("list")).isEqualTo(2);
        }
        assertThat(keys(destination)).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void names_that_are_no_keys_and_neighbours_are_passed_over() {
        store("pre/fix/", "pre/fix/a", "pre/fix/folder/", "pre/fix/ä", "pre/fix/x//y", "pre/fixed", "pre/fi");
        assertThat(keys(destination)).containsExactly("a");
    }

    @Test
    void a_page_out_of_order_is_refused() {
        server.script(
                "list",
                (request, server) -> ScriptedBucket.listing(
                        ScriptedBucket.contents("pre/fix/b", 1) + ScriptedBucket.contents("pre/fix/a", 1), false, ""));
        assertThat(assertFails(ErrorCode.INTERNAL, () -> keys(destination))).hasMessageContaining("byte order");
    }

    @Test
    void a_page_that_breaks_off_is_asked_for_again() {
        store("pre/fix/a", "pre/fix/b");
        server.once("list", (request, server) -> {
            Answer whole = server.answer();
            return whole.cutAfter(whole.body().length - 20);
        });
        assertThat(keys(destination)).containsExactly("a", "b");
        server.once("list", (request, server) -> Answer.xml(200, "<ListBucketResult><Contents><Size>1x</Size>"));
        assertThat(keys(destination)).containsExactly("a", "b");
        server.once(
                "list",
                (request, server) ->
                        Answer.xml(200, "<ListBucketResult><Contents><Size>1x</Size></Contents></ListBucketResult>"));
        assertThat(keys(destination)).containsExactly("a", "b");
    }

    @Test
    void a_list_that_always_breaks_off_is_unreachable() {
        server.script("list", (request, server) -> Answer.xml(200, "<ListBucketResult><Contents>"));
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> keys(destination));
    }

    @Test
    void a_page_that_names_the_next_one_is_not_the_last() {
        store("pre/fix/a", "pre/fix/b", "pre/fix/c");
        server.bucket.setPageSize(2);
        server.once("list", (request, server) -> {
            String page = new String(server.answer().body(), StandardCharsets.UTF_8);
            return Answer.xml(200, page.replace("<IsTruncated>true", "<IsTruncated>tsue"));
        });
        assertThat(keys(destination)).containsExactly("a", "b", "c");
    }

    @Test
    void a_page_that_repeats_a_key_is_refused() {
        server.script(
                "list",
                (request, server) -> ScriptedBucket.listing(
                        ScriptedBucket.contents("pre/fix/a", 1) + ScriptedBucket.contents("pre/fix/a", 1), false, ""));
        assertFails(ErrorCode.INTERNAL, () -> keys(destination));
    }

    @Test
    void a_page_that_leads_nowhere_is_refused() {
        server.script(
                "list", (request, server) -> ScriptedBucket.listing(ScriptedBucket.contents("pre/fix/a", 1), true, ""));
        assertFails(ErrorCode.INTERNAL, () -> keys(destination));
    }

    @Test
    void a_server_that_does_not_know_where_to_start_is_helped() {
        server.script(
                "list",
                (request, server) -> ScriptedBucket.listing(
                        ScriptedBucket.contents("pre/fix/a", 1) + ScriptedBucket.contents("pre/fix/b", 1), false, ""));
        try (Stream<ObjectInfo> listing = destination.list("", "a")) {
            assertThat(listing.map(ObjectInfo::key)).containsExactly("b");
        }
    }

    @Test
    void a_page_that_fails_is_no_end_even_for_who_goes_on() {
        store("pre/fix/a", "pre/fix/b", "pre/fix/c");
        server.bucket.setPageSize(2);
        try (Stream<ObjectInfo> listing = destination.list("", "")) {
            Iterator<ObjectInfo> objects = listing.iterator();
            objects.next();
            server.script("list", (request, server) -> Answer.error(403, "AccessDenied"));
            objects.next();
            assertFails(ErrorCode.DESTINATION_PERMISSION_DENIED, objects::hasNext);
            assertFails(ErrorCode.DESTINATION_PERMISSION_DENIED, objects::hasNext);
        }
    }
}

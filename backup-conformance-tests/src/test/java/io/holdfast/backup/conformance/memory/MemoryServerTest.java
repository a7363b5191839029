package io.holdfast.backup.conformance.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the server offers to tests besides the contract. */
class MemoryServerTest {
    private final Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final MemoryServer server =
            MemoryServer.builder().clock(() -> now).partSize(4).build();

    @Test
    void handles_of_one_server_see_the_same_objects() throws IOException {
        try (MemoryDestination one = server.open();
                MemoryDestination other = server.open();
                ObjectUpload upload = one.upload("a/b")) {
            upload.write(new byte[] {1, 2, 3, 4, 5});
            upload.commit();
            assertThat(other.stat("a/b").orElseThrow().lastModified()).isEqualTo(now);
            assertThat(other.open("a/b", 3).readAllBytes()).containsExactly(4, 5);
        }
    }

    @Test
    void an_object_can_be_damaged_and_erased_from_behind() throws IOException {
        try (MemoryDestination destination = server.open()) {
            byte[] bytes = {1, 2, 3};
            server.replace("x", bytes);
            bytes[0] = 9;
            assertThat(destination.open("x", 0).readAllBytes()).containsExactly(1, 2, 3);
            assertThat(server.bytes("x").orElseThrow()).containsExactly(1, 2, 3);
            assertThat(server.keys()).containsExactly("x");
            server.erase("x");
            assertThat(destination.stat("x")).isEmpty();
        }
    }

    @Test
    void a_killed_destination_leaves_its_uploads_behind() throws IOException {
        MemoryDestination killed = server.open();
        ObjectUpload upload = killed.upload("x");
        upload.write(new byte[10]);
        killed.kill();
        assertThatIllegalStateException().isThrownBy(() -> killed.stat("x"));
        assertThat(server.uploadsInProgress()).isEqualTo(List.of("x"));
        try (MemoryDestination next = server.open()) {
            assertThat(next.discardAbandoned(now)).isZero();
            assertThat(next.discardAbandoned(now.plusMillis(1))).isEqualTo(1);
        }
        assertThat(server.uploadsInProgress()).isEmpty();
    }

    @Test
    void sizes_below_one_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryServer.builder().partSize(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryServer.builder().pageSize(0));
    }
}

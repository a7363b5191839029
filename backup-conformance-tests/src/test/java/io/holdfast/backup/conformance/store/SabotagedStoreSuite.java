package io.holdfast.backup.conformance.store;

import io.holdfast.backup.conformance.BackupableConformance;
import io.holdfast.backup.conformance.Profile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite against a saboteur. Its name keeps it out of the ordinary test run: the score launches it. */
@ExtendWith(StoreSaboteurResolver.class)
final class SabotagedStoreSuite extends BackupableConformance<ShelfStore> {
    private static final int HEADER = 8;
    private static final int SUM = 8;

    private final StoreSaboteur saboteur;

    SabotagedStoreSuite(StoreSaboteur saboteur) {
        this.saboteur = saboteur;
    }

    @Override
    protected ShelfStore openStore() {
        return saboteur.open().get();
    }

    @Override
    protected void change(ShelfStore store, int number) {
        store.change(number);
    }

    @Override
    protected Collection<String> contents(ShelfStore store) {
        return store.books().stream().map(ShelfStore.Book::text).toList();
    }

    @Override
    protected Collection<String> payloadIds(ShelfStore store) {
        return store.books().stream().map(ShelfStore.Book::payloadId).toList();
    }

    @Override
    protected OptionalInt heldSnapshots(ShelfStore store) {
        return OptionalInt.of(store.held());
    }

    @Override
    protected Optional<byte[]> otherSchema(byte[] snapshot) throws IOException {
        byte[] body = Arrays.copyOfRange(snapshot, HEADER, snapshot.length - SUM);
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(other);
        data.writeInt(ShelfStore.MAGIC);
        data.writeInt(ShelfStore.SCHEMA + 1);
        data.write(body);
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.wrap(other.toByteArray()));
        data.writeLong(sum.getValue());
        return Optional.of(other.toByteArray());
    }

    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(1 << 20);
    }

    @Override
    protected void grow(ShelfStore store) {
        store.fill(7_000);
    }

    @Override
    protected Profile profile() {
        return Profile.SMALL;
    }

    @Override
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.of(Set.of());
    }
}

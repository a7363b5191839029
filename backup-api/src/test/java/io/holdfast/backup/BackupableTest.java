package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class BackupableTest {
    @Test
    void a_store_with_the_capability_is_given_back_itself() {
        Object store = new EmptyStore();

        assertThat(Backupable.of(store)).isSameAs(store);
    }

    @Test
    void a_store_without_the_capability_is_refused_by_the_name_of_its_class() {
        assertThatThrownBy(() -> Backupable.of(new StringBuilder("secret")))
                .isInstanceOf(BackupUnsupportedException.class)
                .hasMessageContaining("java.lang.StringBuilder")
                .hasMessageContaining("io.holdfast.backup.Backupable")
                .hasMessageNotContaining("secret");
    }

    private static final class EmptyStore implements Backupable {
        @Override
        public PayloadIDSet backup(OutputStream out, BackupContext context) {
            return PayloadIDSet.create();
        }

        @Override
        public void restore(InputStream in, BackupContext context) {}
    }
}

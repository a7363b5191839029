package io.holdfast.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObjectUploadTest {
    @Test
    void single_bytes_and_whole_arrays_reach_the_one_write_that_a_driver_writes() throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (ObjectUpload upload = new CollectingUpload(written)) {
            upload.write(0x180);
            upload.write(-1);
            upload.write(new byte[] {1, 2});
            upload.commit();
        }

        assertThat(written.toByteArray()).containsExactly(0x80, 0xff, 1, 2);
    }

    private static final class CollectingUpload extends ObjectUpload {
        private final ByteArrayOutputStream written;

        CollectingUpload(ByteArrayOutputStream written) {
            this.written = written;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            written.write(bytes, offset, length);
        }

        @Override
        public ObjectInfo commit() {
            return new ObjectInfo("a", written.size(), Instant.EPOCH);
        }

        @Override
        public void close() {}
    }
}

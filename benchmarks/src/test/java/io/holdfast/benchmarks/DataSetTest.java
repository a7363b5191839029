package io.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataSetTest {
    private static final int BYTES = (3 << 20) + 17;

    @ParameterizedTest
    @EnumSource
    void is_the_same_at_every_run_and_as_long_as_asked(DataSet data) throws IOException {
        byte[] bytes = bytesOf(data);

        assertThat(bytes).hasSize(BYTES).isEqualTo(bytesOf(data));
    }

    @Test
    void metadata_compresses_about_five_times_and_noise_does_not() throws IOException {
        assertThat((double) BYTES / Zstd.compress(bytesOf(DataSet.METADATA), 1).length)
                .isBetween(4.5, 6.0);
        assertThat(Zstd.compress(bytesOf(DataSet.RANDOM), 1).length).isGreaterThanOrEqualTo(BYTES);
    }

    private static byte[] bytesOf(DataSet data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        data.write(out, BYTES);
        return out.toByteArray();
    }
}

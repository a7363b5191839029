package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingTest {
    @Test
    void each_factory_gives_its_severity() {
        assertThat(Finding.info("c", "m")).isEqualTo(new Finding(Finding.Severity.INFO, "c", "m"));
        assertThat(Finding.warning("c", "m")).isEqualTo(new Finding(Finding.Severity.WARNING, "c", "m"));
        assertThat(Finding.error("c", "m")).isEqualTo(new Finding(Finding.Severity.ERROR, "c", "m"));
    }
}

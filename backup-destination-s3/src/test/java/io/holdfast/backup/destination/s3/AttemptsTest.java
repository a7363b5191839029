package io.holdfast.backup.destination.s3;

import static io.holdfast.backup.destination.s3.Acts.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.s3.ScriptedS3.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each request has the attempts that the configuration gives it. */
class AttemptsTest {
    private static final int REQUESTS = 40;
    private static final int ATTEMPTS = 5;

    @Test
    void a_request_has_no_less_attempts_because_others_have_failed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (ScriptedS3 server = new ScriptedS3();
                Destination destination = server.open(new PartPlan(1000, 3, 10_000, 1000), "attempts", "" + ATTEMPTS)) {
            server.script("head", (request, asked) -> Answer.of(500));
            List<Future<?>> failures = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                String key = "k" + i;
                failures.add(threads.submit(
                        () -> assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.stat(key))));
            }
            for (Future<?> failure : failures) {
                failure.get(1, TimeUnit.MINUTES);
            }

            assertThat(server.count("head")).isEqualTo(REQUESTS * ATTEMPTS);
        } finally {
            threads.shutdownNow();
        }
    }
}

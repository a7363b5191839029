package io.holdfast.examples.engines.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Asks the live tables all the time, by a statement that the server prepares once. */
final class Reader implements AutoCloseable {
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();
    private final Set<String> answers = new ConcurrentSkipListSet<>();
    private final Future<?> work;

    Reader(DataSource database) {
        Callable<Integer> asking = () -> {
            try (Connection connection = database.getConnection();
                    PreparedStatement question = connection.prepareStatement(LiveTables.QUESTION)) {
                while (!stop.get()) {
                    answers.add(answer(question));
                    asked.incrementAndGet();
                }
            }
            return asked.get();
        };
        this.work = threads.submit(asking);
    }

    private static String answer(PreparedStatement question) throws Exception {
        try (ResultSet row = question.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    static String ask(DataSource database) throws Exception {
        try (Connection connection = database.getConnection();
                PreparedStatement question = connection.prepareStatement(LiveTables.QUESTION)) {
            return answer(question);
        }
    }

    /** Waits for some more answers, and demands what all of them were. */
    void requireAnswers(String... expected) {
        int before = asked.get();
        await().until(() -> asked.get() > before + 50 || work.isDone());
        assertThat(work.isDone()).as("the reader met an error").isFalse();
        assertThat(answers).containsExactlyInAnyOrder(expected);
    }

    @Override
    public void close() throws Exception {
        stop.set(true);
        threads.shutdown();
        work.get();
    }
}

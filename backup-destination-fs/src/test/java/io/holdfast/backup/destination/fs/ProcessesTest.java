package io.holdfast.backup.destination.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only several processes show. */
@DisabledOnOs(OS.WINDOWS)
class ProcessesTest {
    @TempDir
    Path root;

    Destination destination;

    @BeforeEach
    void open() {
        destination = Tree.open(root);
    }

    @AfterEach
    void close() {
        destination.close();
    }

    @Test
    void d2_of_64_threads_in_4_processes_exactly_one_wins_every_time() throws Exception {
        List<ChildProcess> children = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                children.add(ChildProcess.start(root));
            }
            for (int round = 0; round < 25; round++) {
                String key = "d" + round % 3 + "/k" + round;
                for (ChildProcess child : children) {
                    child.tell("race " + key + " 16");
                }
                List<String> answers = new ArrayList<>();
                for (ChildProcess child : children) {
                    answers.add(child.answer());
                }
                assertThat(answers).as(key).containsExactlyInAnyOrder("ok 1", "ok 0", "ok 0", "ok 0");
                assertThat(destination.stat(key)).isPresent();
            }
        } finally {
            for (ChildProcess child : children) {
                child.close();
            }
        }
        assertThat(Tree.temporaries(root)).isEmpty();
    }

    @Test
    void d7_a_killed_upload_leaves_no_object_and_nothing_after_the_sweep() throws Exception {
        try (ChildProcess child = ChildProcess.start(root)) {
            child.ask("upload a/b");
            child.ask("write a/b 3000000");
            assertThat(Tree.temporary(root)).exists();
            child.kill();
        }
        assertThat(Tree.keys(destination)).isEmpty();
        Instant written = Files.getLastModifiedTime(Tree.temporary(root)).toInstant();
        assertThat(destination.discardAbandoned(written)).isZero();
        assertThat(destination.discardAbandoned(written.plusMillis(1))).isEqualTo(1);
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void d7_a_slow_but_living_upload_is_spared() throws Exception {
        try (ChildProcess child = ChildProcess.Launch.plain().start(root, 20)) {
            child.ask("open");
            child.ask("upload a/b");
            child.ask("write a/b 100");
            Path temporary = Tree.temporary(root);
            Instant limit = Files.getLastModifiedTime(temporary).toInstant().plusMillis(100);
            await().atMost(10, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() ->
                            Files.getLastModifiedTime(temporary).toInstant().isAfter(limit));
            assertThat(destination.discardAbandoned(limit)).isZero();
            assertThat(child.ask("commit a/b")).isEqualTo("ok");
        }
        assertThat(destination.stat("a/b").orElseThrow().size()).isEqualTo(100);
    }

    @Test
    void d7_a_writer_that_wakes_up_after_its_sweep_publishes_nothing() throws Exception {
        try (ChildProcess child = ChildProcess.Launch.plain().start(root, 20)) {
            child.ask("open");
            child.ask("upload a/b");
            child.ask("write a/b 100000");
            child.signal("STOP");
            try {
                await().atMost(10, TimeUnit.SECONDS)
                        .pollInterval(Duration.ofMillis(5))
                        .until(child::isStopped);
                Instant last = Files.getLastModifiedTime(Tree.temporary(root)).toInstant();
                assertThat(destination.discardAbandoned(last.plusMillis(1))).isEqualTo(1);
                assertThat(Tree.files(root)).isEmpty();
            } finally {
                child.signal("CONT");
            }
            assertThat(child.ask("commit a/b"))
                    .startsWith("destination_unreachable")
                    .contains("nothing was published");
            assertThat(child.ask("commit a/b")).startsWith("destination_unreachable");
        }
        assertThat(Tree.files(root)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"000", "077", "277", "777"})
    void d18_no_umask_opens_or_closes_anything(String umask) throws Exception {
        Path below = root.resolve("new/base");
        try (ChildProcess child = ChildProcess.Launch.plain()
                .by("sh", "-c", "umask " + umask + "; exec \"$0\" \"$@\"")
                .start(below)) {
            assertThat(child.ask("open")).isEqualTo("ok 2");
            assertThat(child.ask("put a/b/c 10")).isEqualTo("ok");
        }
        for (String directory : new String[] {"new", "new/base", "new/base/a", "new/base/a/b"}) {
            assertThat(permissions(directory)).as(directory).isEqualTo("rwx------");
        }
        assertThat(permissions("new/base/a/b/c")).isEqualTo("rw-------");
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(path)));
    }

    @Test
    void d16_a_small_heap_writes_and_reads_a_large_object() throws Exception {
        try (ChildProcess child = ChildProcess.Launch.plain()
                .with("-Xmx16m", "-XX:MaxDirectMemorySize=1m")
                .start(root)) {
            assertThat(child.ask("open")).isEqualTo("ok 2");
            assertThat(child.ask("put big 200000000")).isEqualTo("ok");
            assertThat(child.ask("read big")).isEqualTo("ok 200000000");
        }
    }

    @Test
    void the_heartbeat_does_not_keep_a_process_alive() throws Exception {
        ChildProcess child = ChildProcess.start(root);
        child.ask("upload a");
        long start = System.nanoTime();
        child.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void a_process_out_of_file_handles_gets_a_retryable_failure() throws Exception {
        try (ChildProcess child = ChildProcess.Launch.plain()
                .by("sh", "-c", "ulimit -n 60; exec \"$0\" \"$@\"")
                .with("-XX:-MaxFDLimit")
                .start(root)) {
            assumeTrue(child.ask("open").startsWith("ok"), "this Java needs more file handles than the limit");
            String answer = "ok";
            for (int i = 0; i < 60 && answer.startsWith("ok"); i++) {
                answer = child.ask("upload k" + i);
            }
            assertThat(answer).startsWith("destination_unreachable").contains("Too many open files");
        }
    }
}

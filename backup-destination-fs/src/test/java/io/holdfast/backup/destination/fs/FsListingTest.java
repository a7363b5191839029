package io.holdfast.backup.destination.fs;

import static io.holdfast.backup.destination.fs.Tree.assertFails;
import static io.holdfast.backup.destination.fs.Tree.keys;
import static io.holdfast.backup.destination.fs.Tree.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings (D5): their order, their bounds, and what they do not show. */
class FsListingTest {
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
    void a_directory_stands_where_its_slash_stands() throws IOException {
        create("a/x", "a-b", "a.b", "a0", "a-b.c", "A", "_", "a.b-c/d");
        assertThat(keys(destination)).containsExactly("A", "_", "a-b", "a-b.c", "a.b", "a.b-c/d", "a/x", "a0");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void any_prefix_and_any_start_agree_with_a_sorted_set(long seed) throws IOException {
        Random random = new Random(seed);
        NavigableSet<String> model = new TreeSet<>();
        for (int i = 0; i < 150; i++) {
            String key = randomKey(random);
            if (fits(model, key)) {
                model.add(key);
                create(key);
            }
        }
        assertThat(keys(destination)).as("seed " + seed).containsExactlyElementsOf(model);
        for (int i = 0; i < 400; i++) {
            String prefix = randomBeginning(random);
            String startAfter = randomBeginning(random);
            List<String> expected = model.tailSet(startAfter, false).stream()
                    .filter(key -> key.startsWith(prefix))
                    .toList();
            assertThat(keys(destination, prefix, startAfter))
                    .as("seed %d, prefix \"%s\", after \"%s\"", seed, prefix, startAfter)
                    .isEqualTo(expected);
        }
    }

    private static boolean fits(NavigableSet<String> model, String key) {
        String next = model.ceiling(key + "/");
        if (model.contains(key)) {
            return false;
        }
        if (next != null && next.startsWith(key + "/")) {
            return false;
        }
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            if (model.contains(key.substring(0, slash))) {
                return false;
            }
        }
        return true;
    }

    private static String randomKey(Random random) {
        StringBuilder key = new StringBuilder();
        int segments = 1 + random.nextInt(4);
        for (int i = 0; i < segments; i++) {
            key.append(i == 0 ? "" : "/");
            int length = 1 + random.nextInt(3);
            for (int j = 0; j < length; j++) {
                key.append("-.0Aab_".charAt(random.nextInt(7)));
            }
            if (key.charAt(key.length() - 1) == '.') {
                key.append('x');
            }
        }
        return key.toString();
    }

    private static String randomBeginning(Random random) {
        if (random.nextInt(5) == 0) {
            return "";
        }
        String key = randomKey(random);
        return key.substring(0, 1 + random.nextInt(key.length()));
    }

    @Test
    void more_than_ten_thousand_objects_are_listed_whole() throws IOException {
        Files.createDirectory(root.resolve("d"));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10_500; i++) {
            String key = String.format("d/%05d", i);
            expected.add(key);
            Files.createFile(root.resolve(key));
        }
        assertThat(keys(destination, "d/", "")).isEqualTo(expected);
        assertThat(keys(destination, "", "d/05000")).isEqualTo(expected.subList(5_001, 10_500));
    }

    @Test
    void the_walk_is_lazy_and_holds_no_handle() throws IOException {
        create("a/1", "b/1", "c/1");
        try (Stream<ObjectInfo> listed = destination.list("", "")) {
            Iterator<ObjectInfo> objects = listed.iterator();
            assertThat(objects.next().key()).isEqualTo("a/1");
            assertThat(OpenFiles.below(root)).isEmpty();
            create("c/2");
            List<String> rest = new ArrayList<>();
            objects.forEachRemaining(info -> rest.add(info.key()));
            assertThat(rest).containsExactly("b/1", "c/1", "c/2");
        }
    }

    @Test
    void a_directory_that_vanishes_under_the_walk_is_fine() throws IOException {
        create("a/1", "b/1", "c/1");
        try (Stream<ObjectInfo> listed = destination.list("", "")) {
            Iterator<ObjectInfo> objects = listed.iterator();
            assertThat(objects.next().key()).isEqualTo("a/1");
            destination.delete("b/1");
            List<String> rest = new ArrayList<>();
            objects.forEachRemaining(info -> rest.add(info.key()));
            assertThat(rest).containsExactly("c/1");
        }
    }

    @Test
    void objects_that_stay_are_listed_while_others_come_and_go() throws Exception {
        create("a/stays", "m/stays", "z/stays");
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> churn = threads.submit(() -> {
                while (!done.get()) {
                    put(destination, "m/n/o", "1");
                    destination.delete("m/n/o");
                }
            });
            for (int i = 0; i < 300; i++) {
                assertThat(keys(destination))
                        .contains("a/stays", "m/stays", "z/stays")
                        .isSorted();
            }
            done.set(true);
            churn.get();
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void what_has_no_key_s_name_is_hidden() throws IOException {
        create("a/1");
        Files.createDirectories(root.resolve("lost+found"));
        Files.createFile(root.resolve("a/with space"));
        Files.createFile(root.resolve("x".repeat(129)));
        try (ObjectUpload upload = destination.upload("a/2")) {
            upload.write(new byte[100_000]);
            assertThat(keys(destination)).containsExactly("a/1");
        }
    }

    @Test
    void a_prefix_that_names_a_missing_folder_or_an_object_lists_nothing() throws IOException {
        create("a/1");
        assertThat(keys(destination, "x/", "")).isEmpty();
        assertThat(keys(destination, "a/1/", "")).isEmpty();
        assertThat(keys(destination, "a/1", "")).containsExactly("a/1");
        assertThat(keys(destination, "", "a/1")).isEmpty();
    }

    @Test
    void what_begins_no_key_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> destination.list("../", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> destination.list("/", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> destination.list("", "a b"));
    }

    @Test
    void a_symbolic_link_in_reach_is_an_error_and_not_an_absence(@TempDir Path outside) throws IOException {
        create("a/1");
        Files.writeString(outside.resolve("secret"), "s");
        Files.createSymbolicLink(root.resolve("b"), outside);
        assertThat(keys(destination, "a/", "")).containsExactly("a/1");
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, () -> keys(destination));
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, () -> keys(destination, "b/", ""));
    }

    @Test
    void a_walk_that_failed_goes_on_failing(@TempDir Path outside) throws IOException {
        create("a/1", "b/2/3", "c/4");
        try (Stream<ObjectInfo> listed = destination.list("", "")) {
            Iterator<ObjectInfo> objects = listed.iterator();
            assertThat(objects.next().key()).isEqualTo("a/1");
            Files.createSymbolicLink(root.resolve("b/x"), outside);
            assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, objects::hasNext);
            assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, objects::hasNext);
        }
    }

    private void create(String... keys) throws IOException {
        for (String key : keys) {
            Path file = root.resolve(key);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }
}

package io.holdfast.examples.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holdfast's jars as modules: the descriptors name all that is needed, and the driver is found through its own. */
class ModulePathIT {
    @TempDir
    Path directory;

    @Test
    void the_main_job_runs_with_holdfast_on_the_module_path() throws Exception {
        List<String> modules = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            boolean library = entry.matches(
                    ".*(backup-|commons-(codec|compress|io|lang3)-|cron-utils-|jackson-|zstd-jni|slf4j-)[^/\\\\]*[.]jar");
            (library ? modules : classes).add(entry);
        }
        assertThat(modules).as("the jars of the reactor").anyMatch(jar -> jar.contains("backup-core"));
        Files.writeString(directory.resolve("file"), "content");
        Path output = directory.resolve("output");

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        String.join(File.pathSeparator, modules),
                        "--add-modules",
                        "io.holdfast.backup.core,io.holdfast.backup.destination.fs",
                        "--class-path",
                        String.join(File.pathSeparator, classes),
                        CatalogDemo.class.getName(),
                        "--work",
                        directory.resolve("work").toString(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed).contains("came back as they were");
    }
}

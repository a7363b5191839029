package io.holdfast.benchmarks;

import io.holdfast.benchmarks.Contender.Work;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Who is measured on which data, and with which commands. */
final class Contenders {
    static final String SHA_256 = "limit: one SHA-256 pass";
    static final String DISK = "limit: disk, written and synced";
    static final String DISK_DIRECT = "limit: disk, written past the cache";

    /** What the peers need of the environment. */
    static final Map<String, String> ENVIRONMENT = Map.of(
            HoldfastProcess.KEY, "5eed".repeat(16), "RESTIC_PASSWORD", "benchmark", "BORG_PASSPHRASE", "benchmark");

    private static final String DATA = "../data/store";
    private static final String RESTORED = "../restored";
    private static final String KEY = "-K " + "5eed".repeat(16) + " -iv " + "0".repeat(32);

    private final List<Path> jdks;
    private final Consumer<String> message;

    /**
     * Prepares the choice.
     *
     * @param jdks the homes of the JDKs on which Holdfast is measured, at least one
     * @param message is told who is left out and why
     */
    Contenders(List<Path> jdks, Consumer<String> message) {
        this.jdks = jdks;
        this.message = message;
    }

    /** Who is measured on this data, Holdfast first. */
    List<Contender> of(DataSet data) {
        List<Contender> all = new ArrayList<>();
        for (Path jdk : jdks) {
            String name = jdks.size() == 1 ? "" : " on " + jdk.getFileName();
            if (data == DataSet.METADATA) {
                all.add(holdfast("holdfast zstd 1, encrypted" + name, jdk, "1"));
                all.add(reference("reference zstd 1, encrypted" + name, jdk, "1"));
            } else {
                all.add(holdfast("holdfast encrypted" + name, jdk, "none"));
                all.add(reference("reference encrypted" + name, jdk, "none"));
            }
            all.add(new Contender(
                    SHA_256 + name,
                    Optional.empty(),
                    Map.of(Work.LIMIT, java(jdk, ReferencePipeline.class, "digest", DATA))));
        }
        restic(data, all);
        borg(data, all);
        shell(data, all);
        others(all);
        return all;
    }

    private static Contender holdfast(String name, Path jdk, String compression) {
        return new Contender(
                name,
                Optional.empty(),
                Map.of(
                        Work.BACKUP, java(jdk, HoldfastProcess.class, "backup", "repo", DATA, compression),
                        Work.VERIFY, java(jdk, HoldfastProcess.class, "verify", "repo", DATA, compression),
                        Work.RESTORE,
                                java(jdk, HoldfastProcess.class, "restore", "repo", RESTORED + "/store", compression)));
    }

    private static Contender reference(String name, Path jdk, String compression) {
        return new Contender(
                name,
                Optional.of(Command.of("mkdir", "repo")),
                Map.of(Work.BACKUP, java(jdk, ReferencePipeline.class, "backup", DATA, "repo/payload", compression)));
    }

    private static Command java(Path jdk, Class<?> main, String... args) {
        return Command.java(jdk, List.of(), main, args);
    }

    private void restic(DataSet data, List<Contender> all) {
        if (missing("restic")) {
            return;
        }
        String restic = "restic -q -r repo --cache-dir cache ";
        for (String compression : data == DataSet.METADATA ? List.of("auto", "off") : List.of("off")) {
            all.add(new Contender(
                    "restic " + compression,
                    Optional.of(Command.shell(restic + "init")),
                    Map.of(
                            Work.BACKUP, Command.shell(restic + "--compression " + compression + " backup " + DATA),
                            Work.VERIFY, Command.shell(restic + "check --read-data"),
                            Work.RESTORE, Command.shell(restic + "restore latest --target " + RESTORED))));
        }
    }

    private void borg(DataSet data, List<Contender> all) {
        if (missing("borg")) {
            return;
        }
        String borg = "export BORG_BASE_DIR=$PWD; borg ";
        for (String compression : data == DataSet.METADATA ? List.of("lz4", "none") : List.of("none")) {
            all.add(new Contender(
                    "borg " + compression,
                    Optional.of(Command.shell(borg + "init -e repokey repo")),
                    Map.of(
                            Work.BACKUP, Command.shell(borg + "create -C " + compression + " repo::one " + DATA),
                            Work.VERIFY, Command.shell(borg + "check --verify-data repo"),
                            Work.RESTORE,
                                    Command.shell("export BORG_BASE_DIR=$PWD; repo=$PWD/repo; cd " + RESTORED
                                            + "; borg extract $repo::one"))));
        }
    }

    private void shell(DataSet data, List<Contender> all) {
        if (missing("openssl") || missing("tar") || (data == DataSet.METADATA && missing("zstd"))) {
            return;
        }
        boolean compress = data == DataSet.METADATA;
        String in = compress ? "zstd -q -1 -T0 | " : "";
        String out = compress ? " | zstd -q -d" : "";
        String name = compress ? "tar | zstd -1 -T0 | openssl | sha256" : "tar | openssl | sha256";
        all.add(new Contender(
                name,
                Optional.of(Command.of("mkdir", "repo")),
                Map.of(
                        Work.BACKUP,
                        Command.shell("tar -cf - -C ../data store | " + in + "openssl enc -aes-256-ctr " + KEY
                                + " | tee repo/payload | openssl dgst -sha256 -r > repo/sha256; sync repo/payload"
                                + " repo/sha256 repo"),
                        Work.VERIFY,
                        Command.shell("openssl dgst -sha256 -r < repo/payload | cmp - repo/sha256"),
                        Work.RESTORE,
                        Command.shell("tee >(openssl dgst -sha256 -r | cmp - repo/sha256) < repo/payload"
                                + " | openssl enc -d -aes-256-ctr " + KEY + out + " | tar -xf - -C " + RESTORED))));
    }

    private static void others(List<Contender> all) {
        all.add(new Contender(
                "cp, synced",
                Optional.of(Command.of("mkdir", "repo")),
                Map.of(Work.BACKUP, Command.shell("cp " + DATA + " repo/payload; sync repo/payload repo"))));
        all.add(new Contender(
                DISK,
                Optional.empty(),
                Map.of(Work.LIMIT, Command.shell("dd if=" + DATA + " of=written bs=1M conv=fsync"))));
        all.add(new Contender(
                DISK_DIRECT,
                Optional.empty(),
                Map.of(Work.LIMIT, Command.shell("dd if=" + DATA + " of=written bs=4M oflag=direct conv=fsync"))));
    }

    private boolean missing(String program) {
        boolean missing = !Command.exists(program);
        if (missing) {
            message.accept("Left out: " + program + " is not on this machine");
        }
        return missing;
    }
}

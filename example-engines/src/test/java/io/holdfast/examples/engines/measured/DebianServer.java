package io.holdfast.examples.engines.measured;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server as Debian installs it, with pg_dump of the same version, in a directory of its own. It refuses to run as root, who
 * runs it as the user postgres.
 */
final class DebianServer implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path data;
    private final int port;

    private DebianServer(Path programs, Path data, int port) {
        this.programs = programs;
        this.data = data;
        this.port = port;
    }

    /** The programs of the newest version that is installed. */
    static Optional<Path> installed() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin ->
                            Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("pg_dump")))
                    .max(Comparator.comparing(Path::toString));
        }
    }

    /** Starts a server that syncs what it commits. */
    static DebianServer start(Path programs) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("postgresql");
        DebianServer server = new DebianServer(programs, data, freePort());
        if (isRoot()) {
            Stopwatch.run(List.of("chown", "postgres", data.toString()));
        }
        server.run(
                "initdb",
                "-D",
                data.resolve("data").toString(),
                "-A",
                "trust",
                "-U",
                "postgres",
                "--no-locale",
                "-E",
                "UTF8");
        server.run(
                "pg_ctl",
                "-D",
                data.resolve("data").toString(),
                "-w",
                "-l",
                data.resolve("log").toString(),
                "-o",
                "-p " + server.port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=''",
                "start");
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private void run(String program, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(options));
        Stopwatch.run(command);
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data.resolve("data").toString(), "-w", "-m", "immediate", "stop");
        Stopwatch.run(List.of("rm", "-r", data.toString()));
    }
}

package io.holdfast.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server's key and its certificate, signed by itself, so that nobody trusts it unless told.
 *
 * @param keyStore a file of PKCS #12 that holds the key
 * @param pem a file that holds the certificate alone
 */
public record ServerCertificate(Path keyStore, Path pem) {
    /** The same for every one of them: they protect nothing. */
    static final String PASSWORD = "test-password";

    /**
     * Makes a new one with the JDK's {@code keytool}.
     *
     * @param directory an existing directory without one, for its files
     * @param names the server's names as in {@code keytool -ext san}, such as {@code ip:127.0.0.1,dns:localhost}
     */
    public static ServerCertificate make(Path directory, String names) throws IOException, InterruptedException {
        ServerCertificate made = in(directory);
        String options = "-genkeypair -keyalg EC -groupname secp256r1 -validity 2 -dname CN=holdfast-test";
        made.keytool(options, "-ext", "san=" + names);
        made.keytool("-exportcert -rfc", "-file", made.pem.toString());
        return made;
    }

    /**
     * Returns the one that was made in a directory.
     *
     * @param directory the directory
     */
    public static ServerCertificate in(Path directory) {
        return new ServerCertificate(directory.resolve("server.p12"), directory.resolve("server.pem"));
    }

    private void keytool(String options, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-alias", "server", "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keystore", keyStore.toString()));
        command.addAll(List.of(more));
        Path said = Files.createTempFile(keyStore.getParent(), "keytool", ".txt");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("keytool ended with " + code + ": " + Files.readString(said, StandardCharsets.UTF_8));
        }
    }
}

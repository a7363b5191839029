package io.holdfast.examples.catalog;

import io.holdfast.backup.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program: a catalogue that survives its own loss, and single commands to play with. */
public final class CatalogDemo {
    private static final String USAGE = """
            Usage: [demo] [--work DIRECTORY] [--destination URI] [TREE...]
                       scans trees, backs the catalogue up, destroys it, restores and compares it;
                       by default the running JDK and the current directory
                   backup  --destination WHERE --store FILE [TREE...]   scans trees into FILE, then backs it up
                   list    --destination WHERE                          shows the backups
                   show    --destination WHERE [ID]                     shows one backup, by default the newest
                   verify  --destination WHERE [--level LEVEL] [ID]     LEVEL: present, digest or decoded (default)
                   restore --destination WHERE --store FILE [ID]        restores into FILE, which must not hold entries
                   make-key FILE                                        makes a key, and shows how to refer to it
            WHERE is a directory or a URI such as file:/var/backups/catalog.
            Encrypted, with the same options for every command:
                   --encrypt KEY[,KEY...]    who can read: env:NAME, file:/path, x25519:PUBLIC-KEY
                   --identity KEY            the private key of an x25519: recipient: env:NAME, file:/path
                   --repository-key KEY      the repository key, where it lies on this host: env:NAME, file:/path
                   --repository-key-id ID    the one repository key that is believed
            """;

    private CatalogDemo() {}

    /**
     * Runs a command. The process ends with status 0 if all is well, 1 if something is wrong with the data, 2 if the command line
     * cannot be understood.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        Screen screen = new Screen(System.out, drawsBars());
        int status = run(screen, args);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Every terminal says what it is in TERM; a build server has none, or says CI. */
    private static boolean drawsBars() {
        String terminal = System.getenv("TERM");
        return terminal != null && !terminal.equals("dumb") && System.getenv("CI") == null;
    }

    /** Runs a command and returns the status that the process ends with. */
    static int run(Screen screen, String... args) {
        try {
            Arguments arguments = Arguments.parse(args);
            return switch (arguments.command()) {
                case "help" -> {
                    screen.line("%s", USAGE);
                    yield 0;
                }
                case "make-key" -> {
                    KeyMaker.make(screen, Path.of(arguments.only("FILE")));
                    yield 0;
                }
                case "demo" -> demo(screen, arguments);
                default -> new Commands(screen, arguments).run();
            };
        } catch (IllegalArgumentException e) {
            screen.line("%s%n%n%s", String.valueOf(e.getMessage()), USAGE);
            return 2;
        } catch (BackupException e) {
            screen.line(
                    "FAILED [%s] %s%nWhat to do: %s",
                    e.code().wireValue(), e.getMessage(), e.code().hint());
            return 1;
        } catch (IOException e) {
            screen.line("FAILED %s", e);
            return 1;
        }
    }

    private static int demo(Screen screen, Arguments arguments) throws IOException {
        Path work = arguments.option("work").isPresent()
                ? Files.createDirectories(Path.of(arguments.option("work").get()))
                : Files.createTempDirectory("holdfast-catalog-");
        List<Path> trees = new ArrayList<>();
        arguments.rest().forEach(tree -> trees.add(Path.of(tree)));
        if (trees.isEmpty()) {
            trees.add(Path.of(System.getProperty("java.home")));
            trees.add(Path.of("").toAbsolutePath());
        }
        Demo demo = new Demo(
                screen, work.toAbsolutePath().normalize(), arguments.option("destination"), Encryption.of(arguments));
        return demo.run(trees) ? 0 : 1;
    }
}

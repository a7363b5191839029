package io.holdfast.backup.destination.s3;

import static org.awaitility.Awaitility.await;

import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A server in a container, from the image that the environment names. */
final class ContainerS3Server implements S3Server {
    private static final String IMAGE = "HOLDFAST_S3_IMAGE";
    private static final String PORT = "HOLDFAST_S3_IMAGE_PORT";
    private static final String NETWORK = "HOLDFAST_S3_IMAGE_NETWORK";
    private static final String HOST_NETWORK = "host";

    private final String image;
    private final int port;
    private final boolean onHostNetwork;
    private final String accessKey = "test-" + UUID.randomUUID();
    private final String secretKey = "test-" + UUID.randomUUID();
    private final GenericContainer<?> container;

    private ContainerS3Server(Map<String, String> environment) {
        this.image = environment.getOrDefault(IMAGE, "");
        this.port = Integer.parseInt(environment.getOrDefault(PORT, "9000"));
        this.onHostNetwork = environment.getOrDefault(NETWORK, "").equals(HOST_NETWORK);
        this.container = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv("AWS_ACCESS_KEY_ID", accessKey)
                .withEnv("AWS_SECRET_ACCESS_KEY", secretKey);
    }

    /**
     * Starts the image that {@code HOLDFAST_S3_IMAGE} names. It serves S3 on {@code HOLDFAST_S3_IMAGE_PORT}, 9000 by default, for
     * the keys in its variables {@code AWS_ACCESS_KEY_ID} and {@code AWS_SECRET_ACCESS_KEY}. With
     * {@code HOLDFAST_S3_IMAGE_NETWORK=host} it has no network of its own.
     *
     * @param environment the variables
     * @return the server, which the caller closes; empty if nobody asks for one
     */
    static Optional<S3Server> asked(Map<String, String> environment) {
        if (!environment.containsKey(IMAGE)) {
            return Optional.empty();
        }
        ContainerS3Server server = new ContainerS3Server(environment);
        server.start();
        return Optional.of(server);
    }

    private void start() {
        if (onHostNetwork) {
            container.withNetworkMode(HOST_NETWORK);
        } else {
            container.withExposedPorts(port);
        }
        container.start();
        // It runs; a network of the host's hides from the library whether it listens.
        await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(this::answers);
    }

    private boolean answers() throws IOException {
        return ((HttpURLConnection) endpoint().toURL().openConnection()).getResponseCode() > 0;
    }

    @Override
    public URI endpoint() {
        return URI.create(
                "http://" + container.getHost() + ":" + (onHostNetwork ? port : container.getMappedPort(port)));
    }

    @Override
    public String accessKey() {
        return accessKey;
    }

    @Override
    public String secretKey() {
        return secretKey;
    }

    @Override
    public String region() {
        return "us-east-1";
    }

    @Override
    public String description() {
        return "a container of " + image + " at " + endpoint();
    }

    @Override
    public void close() {
        container.stop();
    }
}

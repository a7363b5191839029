package io.holdfast.testbed;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A server that somebody else runs, named by environment variables. */
public final class RemoteS3Server implements S3Server {
    private final Map<String, String> environment;

    private RemoteS3Server(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Returns the server that {@code HOLDFAST_S3_ENDPOINT}, {@code HOLDFAST_S3_ACCESS_KEY}, {@code HOLDFAST_S3_SECRET_KEY} and,
     * if it is not us-east-1, {@code HOLDFAST_S3_REGION} name.
     *
     * @param environment the variables
     * @return the server; empty if there is no {@code HOLDFAST_S3_ENDPOINT}
     * @throws IllegalArgumentException if a variable is missing beside it
     */
    public static Optional<S3Server> named(Map<String, String> environment) {
        if (!environment.containsKey("HOLDFAST_S3_ENDPOINT")) {
            return Optional.empty();
        }
        RemoteS3Server server = new RemoteS3Server(Map.copyOf(environment));
        server.accessKey();
        server.secretKey();
        return Optional.of(server);
    }

    @Override
    public URI endpoint() {
        return URI.create(variable("HOLDFAST_S3_ENDPOINT"));
    }

    @Override
    public String accessKey() {
        return variable("HOLDFAST_S3_ACCESS_KEY");
    }

    @Override
    public String secretKey() {
        return variable("HOLDFAST_S3_SECRET_KEY");
    }

    @Override
    public String region() {
        return environment.getOrDefault("HOLDFAST_S3_REGION", "us-east-1");
    }

    private String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The environment variable " + name + " is missing");
        }
        return value;
    }

    @Override
    public String description() {
        return "the server at " + endpoint() + ", from the environment";
    }

    /** Leaves the server alone. Its buckets stay: whoever runs it removes them. */
    @Override
    public void close() {}
}

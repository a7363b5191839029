package io.holdfast.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at a server without the driver and without its SDK, so that a test does not believe what it is to prove. */
public final class S3Client {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final S3Server server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    S3Client(S3Server server) {
        this.server = server;
    }

    /**
     * Makes a bucket.
     *
     * @param bucket its name
     */
    public void createBucket(String bucket) throws IOException {
        send("PUT", "/" + bucket, "");
    }

    /**
     * Lists all objects.
     *
     * @param bucket where
     * @return their keys
     */
    public List<String> keys(String bucket) throws IOException {
        List<String> keys = new ArrayList<>();
        String token = "";
        do {
            String page = send("GET", "/" + bucket, "list-type=2" + token);
            keys.addAll(all("Key", page));
            token = all("NextContinuationToken", page).stream()
                    .findFirst()
                    .map(next -> "&continuation-token=" + RequestSigner.encode(next))
                    .orElse("");
        } while (!token.isEmpty());
        return keys;
    }

    /**
     * Lists the multipart uploads that were neither completed nor aborted, up to 1,000.
     *
     * @param bucket where
     * @return their keys
     */
    public List<String> unfinishedUploads(String bucket) throws IOException {
        return all("Key", send("GET", "/" + bucket, "uploads="));
    }

    /**
     * Reads an object in one request, over one connection.
     *
     * @param bucket where
     * @param key which
     * @param offset from which byte on
     * @return its bytes, which the caller closes
     */
    public InputStream open(String bucket, String key, long offset) throws IOException {
        HttpRequest.Builder request = request("GET", "/" + bucket + "/" + key, "");
        request.header("Range", "bytes=" + offset + "-");
        HttpResponse<InputStream> response = send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 206) {
            response.body().close();
            throw new IOException("Reading " + key + " was answered " + response.statusCode());
        }
        return response.body();
    }

    private String send(String method, String path, String query) throws IOException {
        HttpResponse<String> response =
                send(request(method, path, query).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " was answered " + response.statusCode() + ": "
                    + response.body().lines().limit(20).toList());
        }
        return response.body();
    }

    private HttpRequest.Builder request(String method, String path, String query) {
        RequestSigner signer = new RequestSigner(server);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.endpoint() + path + (query.isEmpty() ? "" : "?" + query)))
                .timeout(TIMEOUT)
                .method(method, HttpRequest.BodyPublishers.noBody());
        signer.headers(method, path, query).forEach(request::header);
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return http.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** The texts of an element. The servers' XML is plain enough: keys of Holdfast need no escapes. */
    private static List<String> all(String element, String xml) {
        List<String> texts = new ArrayList<>();
        Matcher matcher =
                Pattern.compile("<" + element + ">([^<]*)</" + element + ">").matcher(xml);
        while (matcher.find()) {
            texts.add(matcher.group(1));
        }
        return texts;
    }
}

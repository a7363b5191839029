package io.holdfast.testbed.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.testbed.RemoteS3Server;
import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy before a server that answers every request with the body that it had, or with a fixed one. */
class ChaosProxyTest {
    private static final byte[] BYTES = randomBytes(100_000);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<byte[]> heard = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private S3Server backend;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        backend = RemoteS3Server.named(Map.of(
                        "HOLDFAST_S3_ENDPOINT",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        "HOLDFAST_S3_ACCESS_KEY",
                        "a",
                        "HOLDFAST_S3_SECRET_KEY",
                        "s"))
                .orElseThrow();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            heard.add(body);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            boolean chunked = exchange.getRequestURI().getPath().contains("chunked");
            exchange.sendResponseHeaders(200, head ? -1 : chunked ? 0 : BYTES.length);
            if (!head) {
                exchange.getResponseBody().write(BYTES);
            }
        }
    }

    @Test
    void without_a_script_everything_passes_as_it_is() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.NOTHING)) {
            for (String path : List.of("/bucket/plain", "/bucket/chunked")) {
                assertThat(send(proxy, "PUT", path, BodyPublishers.ofByteArray(BYTES))
                                .body())
                        .isEqualTo(BYTES);
                assertThat(send(proxy, "GET", path, BodyPublishers.noBody()).body())
                        .isEqualTo(BYTES);
            }
            BodyPublisher chunks =
                    BodyPublishers.ofByteArrays(List.of(Arrays.copyOf(BYTES, 5), Arrays.copyOfRange(BYTES, 5, 50_000)));
            send(proxy, "PUT", "/bucket/key", chunks);
            assertThat(send(proxy, "HEAD", "/bucket/key", BodyPublishers.noBody())
                            .statusCode())
                    .isEqualTo(200);

            assertThat(heard.get(0)).isEqualTo(BYTES);
            assertThat(heard.get(4)).isEqualTo(Arrays.copyOf(BYTES, 50_000));
            assertThat(proxy.traffic().faults()).isEmpty();
        }
    }

    @Test
    void a_client_that_waits_to_be_told_to_continue_is_told() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.NOTHING)) {
            HttpRequest request = HttpRequest.newBuilder(proxy.endpoint().resolve("/bucket/key"))
                    .expectContinue(true)
                    .PUT(BodyPublishers.ofByteArray(BYTES))
                    .build();

            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(heard.get(0)).isEqualTo(BYTES);
        }
    }

    @Test
    void requests_and_bytes_are_counted() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.NOTHING)) {
            for (String request : List.of(
                    "PUT /b/k",
                    "PUT /b/k?partNumber=1&uploadId=u",
                    "POST /b/k?uploads",
                    "POST /b/k?uploadId=u",
                    "DELETE /b/k?uploadId=u",
                    "DELETE /b/k",
                    "GET /b/k",
                    "GET /b?list-type=2&prefix=p",
                    "GET /b?uploads&prefix=p",
                    "GET /b?lifecycle",
                    "GET /b/k?uploadId=u",
                    "HEAD /b/k",
                    "HEAD /b")) {
                String[] words = request.split(" ", 2);
                send(proxy, words[0], words[1], BodyPublishers.noBody());
            }

            assertThat(proxy.traffic().requests())
                    .containsOnlyKeys(
                            "PutObject",
                            "UploadPart",
                            "CreateMultipartUpload",
                            "CompleteMultipartUpload",
                            "AbortMultipartUpload",
                            "DeleteObject",
                            "GetObject",
                            "ListObjectsV2",
                            "ListMultipartUploads",
                            "GetBucket-lifecycle",
                            "ListParts",
                            "HeadObject",
                            "HeadBucket");
            assertThat(proxy.traffic().received()).isBetween(11L * BYTES.length, 11L * BYTES.length + 10_000);
            assertThat(proxy.traffic().sent()).isBetween(13L * 20, 13L * 500);
            assertThat(proxy.traffic().connections()).isPositive();
        }
    }

    @Test
    void a_connection_is_reset_after_so_many_bytes_to_the_client() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.cutAfter(10_000))) {
            assertThatThrownBy(() -> send(proxy, "GET", "/bucket/key", BodyPublishers.noBody()))
                    .isInstanceOf(IOException.class);
            assertThat(proxy.traffic().received()).isEqualTo(10_000);
            assertThat(proxy.traffic().faults()).containsExactly(Map.entry("cut-connection", 1L));
        }
    }

    @Test
    void a_connection_is_reset_after_so_many_bytes_from_the_client() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.cutAfter(10_000))) {
            assertThatThrownBy(() -> send(proxy, "PUT", "/bucket/key", BodyPublishers.ofByteArray(BYTES)))
                    .isInstanceOf(IOException.class);
            assertThat(proxy.traffic().sent()).isEqualTo(10_000);
        }
    }

    @Test
    void an_answer_takes_the_place_of_the_servers() throws Exception {
        try (ChaosProxy proxy =
                ChaosProxy.before(backend, Script.once("PutObject", 1, Fault.answer(503, "SlowDown")))) {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                statuses.add(send(proxy, "PUT", "/bucket/key", BodyPublishers.ofByteArray(BYTES))
                        .statusCode());
            }

            assertThat(statuses).containsExactly(200, 503, 200);
            assertThat(heard).hasSize(2);
            assertThat(proxy.traffic().faults()).containsExactly(Map.entry("answer-503-SlowDown", 1L));
        }
    }

    @Test
    void a_lost_response_was_a_request_that_the_server_has_heard() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("PutObject", Fault.loseResponse()))) {
            assertThatThrownBy(() -> send(proxy, "PUT", "/bucket/key", BodyPublishers.ofByteArray(BYTES)))
                    .isInstanceOf(IOException.class);
            assertThat(heard).hasSize(1);
        }
    }

    @Test
    void a_refused_request_was_never_heard() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("PutObject", Fault.refuse()))) {
            assertThatThrownBy(() -> send(proxy, "PUT", "/bucket/key", BodyPublishers.ofByteArray(BYTES)))
                    .isInstanceOf(IOException.class);
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void a_response_ends_early() throws Exception {
        for (Fault fault : List.of(Fault.cutResponse(500), Fault.truncateResponse(500))) {
            try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("GetObject", fault))) {
                assertThatThrownBy(() -> send(proxy, "GET", "/bucket/key", BodyPublishers.noBody()))
                        .as(fault.name())
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void silence_lasts_until_the_client_gives_up() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("GetObject", Fault.silence()))) {
            HttpRequest request = HttpRequest.newBuilder(proxy.endpoint().resolve("/bucket/key"))
                    .timeout(Duration.ofMillis(300))
                    .build();

            assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.discarding()))
                    .isInstanceOf(HttpTimeoutException.class);
            assertThat(heard).hasSize(1);
        }
    }

    @Test
    void a_response_stalls_in_the_middle() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("GetObject", Fault.stallResponse(50_000)))) {
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(proxy.endpoint().resolve("/bucket/key"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                assertThat(body.readNBytes(50_000)).isEqualTo(Arrays.copyOf(BYTES, 50_000));
                assertThat(body.available()).isZero();
                assertThat(proxy.traffic().received()).isLessThan(51_000);
            }
        }
    }

    @Test
    void one_bit_is_turned_on_the_way() throws Exception {
        byte[] turned = BYTES.clone();
        turned[50_000] ^= 1;
        for (String path : List.of("/bucket/plain", "/bucket/chunked")) {
            try (ChaosProxy proxy =
                    ChaosProxy.before(backend, Script.always("GetObject", Fault.corruptResponse(50_000)))) {
                assertThat(send(proxy, "GET", path, BodyPublishers.noBody()).body())
                        .isEqualTo(turned);
            }
        }
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("PutObject", Fault.corruptRequest(50_000)))) {
            heard.clear();
            send(proxy, "PUT", "/bucket/key", BodyPublishers.ofByteArray(BYTES));

            assertThat(heard.get(0)).isEqualTo(turned);
        }
    }

    @Test
    void a_wrong_length_is_told() throws Exception {
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("GetObject", Fault.wrongLength(-10)))) {
            assertThat(send(proxy, "GET", "/bucket/key", BodyPublishers.noBody())
                            .body())
                    .isEqualTo(Arrays.copyOf(BYTES, BYTES.length - 10));
        }
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("GetObject", Fault.wrongLength(10)))) {
            assertThatThrownBy(() -> send(proxy, "GET", "/bucket/key", BodyPublishers.noBody()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void latency_and_bandwidth_take_their_time() throws Exception {
        Script script = new Script() {
            @Override
            public Weather connected(long number) {
                return Weather.slow(Duration.ofMillis(100), 10L * BYTES.length);
            }
        };
        try (ChaosProxy proxy = ChaosProxy.before(backend, script)) {
            long begin = System.nanoTime();
            send(proxy, "GET", "/bucket/key", BodyPublishers.noBody());

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(195));
        }
    }

    @Test
    void closing_ends_every_connection_and_thread() throws Exception {
        CompletableFuture<HttpResponse<byte[]>> response;
        try (ChaosProxy proxy = ChaosProxy.before(backend, Script.always("GetObject", Fault.stallResponse(500)))) {
            response = client.sendAsync(
                    HttpRequest.newBuilder(proxy.endpoint().resolve("/bucket/key"))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }

        assertThatThrownBy(response::join).hasCauseInstanceOf(IOException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("chaos-proxy");
    }

    @Test
    void chance_depends_on_the_seed_alone() {
        List<Fault> choice = List.of(Fault.refuse(), Fault.loseResponse(), Fault.cutResponse(0));

        assertThat(faults(new RandomFaults(1, 0.3, choice)))
                .isEqualTo(faults(new RandomFaults(1, 0.3, choice)))
                .isNotEqualTo(faults(new RandomFaults(2, 0.3, choice)))
                .containsAll(choice);
        assertThat(Collections.frequency(faults(new RandomFaults(1, 0.3, choice)), Fault.NONE))
                .isBetween(550, 850);
    }

    private static List<Fault> faults(Script script) {
        S3Request request = new S3Request("GetObject", "GET", "/b/k", "");
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            faults.add(script.requested(request, i));
        }
        return faults;
    }

    private HttpResponse<byte[]> send(ChaosProxy proxy, String method, String path, BodyPublisher body)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(proxy.endpoint() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}

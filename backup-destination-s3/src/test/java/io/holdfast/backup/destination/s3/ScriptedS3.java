package io.holdfast.backup.destination.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A small server of the protocol, which does what a test tells it to: fail, lie, forget to answer. It checks no signature,
 * takes parts of any size and remembers every request.
 */
final class ScriptedS3 implements AutoCloseable {
    /** What a test does with a request instead of the server, which still may be asked. */
    interface Script {
        Answer answer(Request request, Server server);
    }

    /** What would have answered without a script. */
    interface Server {
        Answer answer();
    }

    /** A request, by the name of its operation. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Request(String operation, String key, Map<String, String> query, Map<String, String> headers, byte[] body) {}

    /** An answer, of which only the first bytes are sent before the connection breaks, or nothing at all. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Answer(int status, Map<String, String> headers, byte[] body, int sent) {
        static final Answer LOST = new Answer(0, Map.of(), new byte[0], 0);

        static Answer of(int status) {
            return new Answer(status, Map.of(), new byte[0], 0);
        }

        static Answer error(int status, String code) {
            return xml(status, "<Error><Code>" + code + "</Code><Message>scripted</Message></Error>");
        }

        static Answer xml(int status, String xml) {
            byte[] body = xml.getBytes(StandardCharsets.UTF_8);
            return new Answer(status, Map.of("Content-Type", "application/xml"), body, body.length);
        }

        Answer with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body, sent);
        }

        Answer cutAfter(int bytes) {
            return new Answer(status, headers, body, bytes);
        }
    }

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<Request> seen = Collections.synchronizedList(new ArrayList<>());
    final ScriptedBucket bucket = new ScriptedBucket();

    ScriptedS3() {
        // Else each answer waits for 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/", this::handle);
        http.setExecutor(threads);
        http.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Answers every request of an operation by a script from now on. */
    void script(String operation, Script script) {
        scripts.put(operation, script);
    }

    /** Answers the next request of an operation by a script. */
    void once(String operation, Script script) {
        scripts.put(operation, (request, server) -> {
            scripts.remove(operation);
            return script.answer(request, server);
        });
    }

    /** Returns the operations that were asked for, in order. */
    List<String> operations() {
        synchronized (seen) {
            return seen.stream().map(Request::operation).toList();
        }
    }

    List<Request> requests(String operation) {
        synchronized (seen) {
            return seen.stream()
                    .filter(request -> request.operation().equals(operation))
                    .toList();
        }
    }

    long count(String operation) {
        return operations().stream().filter(operation::equals).count();
    }

    void forgetRequests() {
        seen.clear();
    }

    /** Settings of a destination here; quick to give up. */
    S3Settings settings(String... more) {
        Map<String, String> properties = new TreeMap<>(Map.of(
                "bucket", "bucket",
                "prefix", "pre/fix",
                "endpoint", endpoint().toString(),
                "access-key", "ak",
                "secret-key", "sk",
                "checksums", "required",
                "attempts", "2",
                "timeout", "5s"));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return SettingsReader.read(DestinationConfig.of("s3", properties));
    }

    Destination open(String... more) {
        return new S3Destination(settings(more));
    }

    /** A destination that cuts objects into tiny parts. */
    Destination open(PartPlan plan, String... more) {
        S3Settings read = settings(more);
        return new S3Destination(new S3Settings(
                read.location(), read.credentials(), read.objects(), plan, read.network(), read.exclusive()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = requestOf(exchange);
            seen.add(request);
            Script script = scripts.getOrDefault(request.operation(), (asked, server) -> server.answer());
            send(exchange, script.answer(request, () -> bucket.answer(request)));
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.status() == 0) {
            return;
        }
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(answer.body().length));
        }
        exchange.sendResponseHeaders(answer.status(), head || answer.body().length == 0 ? -1 : answer.body().length);
        if (!head && answer.sent() > 0) {
            exchange.getResponseBody().write(answer.body(), 0, answer.sent());
            exchange.getResponseBody().flush();
        }
    }

    private static Request requestOf(HttpExchange exchange) throws IOException {
        Map<String, String> query = new TreeMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : (raw == null ? "" : raw).split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(
                    equals < 0 ? pair : pair.substring(0, equals),
                    equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        String path = exchange.getRequestURI().getPath();
        String key = path.indexOf('/', 1) < 0 ? "" : path.substring(path.indexOf('/', 1) + 1);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        byte[] body = exchange.getRequestBody().readAllBytes();
        return new Request(operation(exchange.getRequestMethod(), key, query), key, query, headers, body);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String operation(String method, String key, Map<String, String> query) {
        if (key.isEmpty()) {
            for (String name : new String[] {"uploads", "lifecycle", "versioning"}) {
                if (query.containsKey(name)) {
                    return name;
                }
            }
            return method.equals("HEAD") ? "bucket" : "list";
        }
        boolean ofUpload = query.containsKey("uploadId");
        return switch (method) {
            case "POST" -> ofUpload ? "complete" : "create";
            case "PUT" -> ofUpload ? "part" : "put";
            case "GET" -> ofUpload ? "parts" : "get";
            case "DELETE" -> ofUpload ? "abort" : "delete";
            default -> "head";
        };
    }

    @Nullable
    static String header(Request request, String name) {
        return request.headers().get(name);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}

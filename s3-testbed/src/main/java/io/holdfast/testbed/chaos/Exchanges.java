package io.holdfast.testbed.chaos;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Serves one client: one request after the other, each by a new connection to the server. */
final class Exchanges {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final ClientLink client;
    private final InetSocketAddress server;
    private final Script script;
    private final Traffic traffic;
    private final OpenSockets sockets;

    Exchanges(ClientLink client, InetSocketAddress server, Script script, Traffic traffic, OpenSockets sockets) {
        this.client = client;
        this.server = server;
        this.script = script;
        this.traffic = traffic;
        this.sockets = sockets;
    }

    void serve() throws IOException {
        try {
            boolean more = true;
            while (more) {
                Optional<Head> head = Head.read(client.in());
                more = head.isPresent() && exchange(head.get());
            }
            client.end(Spoiling.Kind.CLOSE);
        } catch (SpoiledException e) {
            client.end(e.kind());
        } catch (IOException e) {
            // The client or the server is gone. The other one shall not take that for an orderly end.
            client.end(Spoiling.Kind.RESET);
        }
    }

    /** Returns whether the client may send another request. */
    private boolean exchange(Head head) throws IOException {
        S3Request request = S3Request.of(head);
        Fault fault = script.requested(request, traffic.addRequest(request.operation()));
        if (!fault.equals(Fault.NONE)) {
            traffic.addFault(fault.name());
        }
        client.pause(client.weather().latency().plus(fault.delay()).toNanos());
        if (head.field("Expect").isPresent()) {
            client.out().write(CONTINUE);
            client.out().flush();
        }
        if (fault.answer().isPresent()) {
            Body.ofRequest(head).copy(client.in(), new MessageWriter(OutputStream.nullOutputStream(), Spoiling.NONE));
            answer(fault.answer().get(), request);
            return true;
        }
        try (Socket upstream = sockets.track(new Socket())) {
            upstream.connect(server);
            forward(head, fault, upstream);
            return answer(request, fault, new BufferedInputStream(upstream.getInputStream()));
        }
    }

    private void forward(Head head, Fault fault, Socket upstream) throws IOException {
        DeafOutput out = new DeafOutput(new BufferedOutputStream(upstream.getOutputStream()));
        MessageWriter message = new MessageWriter(out, fault.request());
        message.head(head.without("Expect").with("Connection", "close"));
        Body.ofRequest(head).copy(client.in(), message);
    }

    private boolean answer(S3Request request, Fault fault, InputStream in) throws IOException {
        Head head = Head.read(in).orElseThrow(() -> new EOFException("The server has closed the connection"));
        Body body = Body.ofResponse(head, request.method());
        MessageWriter message = new MessageWriter(client.out(), fault.response());
        boolean lies = fault.lengthError() != 0 && body.length() > 0;
        message.head((lies ? head.with("Content-Length", "" + (body.length() + fault.lengthError())) : head)
                .without("Connection"));
        body.copy(in, message);
        return !lies && body.kind() != Body.Kind.UNTIL_CLOSED;
    }

    private void answer(Fault.Answer answer, S3Request request) throws IOException {
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + answer.code()
                + "</Code><Message>By the script</Message><RequestId>0</RequestId></Error>";
        Head head = new Head("HTTP/1.1 " + answer.status() + " By-The-Script", List.of())
                .with("Content-Type", "application/xml")
                .with("Content-Length", "" + body.length());
        client.out().write(head.bytes());
        if (!request.method().equals("HEAD")) {
            client.out().write(body.getBytes(StandardCharsets.US_ASCII));
        }
        client.out().flush();
    }

    /** A server that refuses a request may hang up before its end, and has an answer nevertheless. */
    private static final class DeafOutput extends OutputStream {
        private final OutputStream out;
        private boolean broken;

        private DeafOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (!broken) {
                try {
                    out.write(bytes, offset, length);
                } catch (IOException e) {
                    broken = true;
                }
            }
        }

        @Override
        public void flush() {
            if (!broken) {
                try {
                    out.flush();
                } catch (IOException e) {
                    broken = true;
                }
            }
        }
    }
}

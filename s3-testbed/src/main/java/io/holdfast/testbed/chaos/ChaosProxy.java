package io.holdfast.testbed.chaos;

import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Stands between clients and a server that speaks plain HTTP/1.1, on a free port of 127.0.0.1, and lets things go wrong by a
 * script. To its clients it is the server. Closing it leaves the server alone.
 */
public final class ChaosProxy implements S3Server {
    /** Small, so that bytes which a client has sent were also read here. */
    private static final int SOCKET_BUFFER_BYTES = 1 << 16;

    private final S3Server server;
    private final InetSocketAddress target;
    private final Script script;
    private final ServerSocket listener = new ServerSocket();
    private final Traffic traffic = new Traffic();
    private final OpenSockets sockets = new OpenSockets();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(action -> {
        Thread thread = new Thread(action, "chaos-proxy");
        thread.setDaemon(true);
        return thread;
    });

    private ChaosProxy(S3Server server, Script script) throws IOException {
        this.server = server;
        this.target = new InetSocketAddress(
                server.endpoint().getHost(), server.endpoint().getPort());
        this.script = script;
    }

    /**
     * Starts a proxy.
     *
     * @param server the server behind it
     * @param script what goes wrong
     * @return the proxy, which the caller closes
     */
    public static ChaosProxy before(S3Server server, Script script) throws IOException {
        ChaosProxy proxy = new ChaosProxy(server, script);
        proxy.listener.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
        proxy.listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = sockets.track(listener.accept());
                threads.execute(() -> serve(socket));
            } catch (IOException | RejectedExecutionException e) {
                // Else the client was gone before it was served.
                if (listener.isClosed()) {
                    return;
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            Weather weather = script.connected(traffic.addConnection());
            new Exchanges(new ClientLink(socket, weather, traffic, closed), target, script, traffic, sockets).serve();
        } catch (IOException e) {
            // The client has hung up, which is its right.
            return;
        }
    }

    /** Returns what has passed so far. */
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    @Override
    public String accessKey() {
        return server.accessKey();
    }

    @Override
    public String secretKey() {
        return server.secretKey();
    }

    @Override
    public String region() {
        return server.region();
    }

    @Override
    public String description() {
        return server.description() + ", in bad weather";
    }

    /** Ends every connection and every thread. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        sockets.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IOException("A thread of the proxy does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

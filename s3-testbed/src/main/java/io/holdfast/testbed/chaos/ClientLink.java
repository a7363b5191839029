package io.holdfast.testbed.chaos;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The connection to a client, with its weather. */
final class ClientLink {
    private static final int BUFFER_BYTES = 1 << 14;

    private final Socket socket;
    private final Weather weather;
    private final Traffic traffic;
    private final CountDownLatch closed;
    private final InputStream in;
    private final OutputStream out;

    ClientLink(Socket socket, Weather weather, Traffic traffic, CountDownLatch closed) throws IOException {
        this.socket = socket;
        this.weather = weather;
        this.traffic = traffic;
        this.closed = closed;
        this.in = new BufferedInputStream(new WeatheredInput(socket.getInputStream()), BUFFER_BYTES);
        this.out = new BufferedOutputStream(new WeatheredOutput(socket.getOutputStream()), BUFFER_BYTES);
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    Weather weather() {
        return weather;
    }

    /** Ends the connection in the way that a script wants. */
    void end(Spoiling.Kind kind) throws IOException {
        if (kind == Spoiling.Kind.STALL) {
            out.flush();
            // A client that waits sends nothing: this ends when it, or the proxy, closes the connection.
            while (in.read() >= 0) {}
        } else if (kind == Spoiling.Kind.RESET) {
            socket.setSoLinger(true, 0);
        }
        socket.close();
    }

    /** Waits, but not longer than the proxy lives. */
    void pause(long nanos) throws IOException {
        try {
            if (nanos > 0 && closed.await(nanos, TimeUnit.NANOSECONDS)) {
                throw new IOException("The proxy is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private SpoiledException cut() {
        traffic.addFault("cut-connection");
        return new SpoiledException(Spoiling.Kind.RESET);
    }

    private void slowDown(int bytes) throws IOException {
        pause((long) (bytes * 1e9 / weather.bytesPerSecond()));
    }

    private final class WeatheredInput extends InputStream {
        private final InputStream bytes;
        private long left = weather.sentLimit();

        private WeatheredInput(InputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("It is buffered");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                throw cut();
            }
            int count = bytes.read(buffer, offset, (int) Math.min(length, left));
            if (count > 0) {
                left -= count;
                traffic.addSent(count);
                slowDown(count);
            }
            return count;
        }
    }

    private final class WeatheredOutput extends OutputStream {
        private final OutputStream bytes;
        private long left = weather.receivedLimit();

        private WeatheredOutput(OutputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            int count = (int) Math.min(length, left);
            bytes.write(buffer, offset, count);
            left -= count;
            traffic.addReceived(count);
            slowDown(count);
            if (count < length) {
                throw cut();
            }
        }
    }
}

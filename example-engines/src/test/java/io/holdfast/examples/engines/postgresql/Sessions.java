package io.holdfast.examples.engines.postgresql;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.ConnectionEvent;
import javax.sql.ConnectionEventListener;
import javax.sql.DataSource;
import javax.sql.PooledConnection;
import org.postgresql.ds.PGConnectionPoolDataSource;

/** Sessions that are used again, as in an application: what a store leaves in one, the next call meets. */
final class Sessions implements ConnectionEventListener, AutoCloseable {
    private final PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
    private final Deque<PooledConnection> idle = new ConcurrentLinkedDeque<>();
    private final Queue<PooledConnection> all = new ConcurrentLinkedQueue<>();

    Sessions(String url, String applicationName) {
        source.setUrl(url);
        source.setApplicationName(applicationName);
    }

    DataSource database() {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, args) -> take());
    }

    private Connection take() throws SQLException {
        PooledConnection session = idle.pollFirst();
        if (session == null) {
            session = source.getPooledConnection();
            session.addConnectionEventListener(this);
            all.add(session);
        }
        return session.getConnection();
    }

    @Override
    public void connectionClosed(ConnectionEvent event) {
        idle.addFirst((PooledConnection) event.getSource());
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
        ((PooledConnection) event.getSource()).removeConnectionEventListener(this);
    }

    @Override
    public void close() throws SQLException {
        for (PooledConnection session : all) {
            session.close();
        }
    }
}

package io.holdfast.backup.core.job;

import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Gives connections, and nothing else. */
public final class SimpleDataSource implements DataSource {
    private final Source source;

    private SimpleDataSource(Source source) {
        this.source = source;
    }

    private interface Source {
        Connection connect() throws SQLException;
    }

    public static SimpleDataSource of(String url) {
        return new SimpleDataSource(() -> DriverManager.getConnection(url));
    }

    /** A pool of one connection, which is given back and not closed. */
    static SimpleDataSource pool(Connection connection) {
        Connection lent = (Connection) Proxy.newProxyInstance(
                SimpleDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(connection, arguments));
        return new SimpleDataSource(() -> lent);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return source.connect();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return source.connect();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}

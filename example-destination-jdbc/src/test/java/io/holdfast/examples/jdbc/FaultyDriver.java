package io.holdfast.examples.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;

/**
 * A JDBC driver that stands between the destination and H2, and asks a {@link JdbcFaults} before every statement and every
 * commit. Registered from its creation until it is closed.
 */
final class FaultyDriver implements Driver, AutoCloseable {
    private final String start = "jdbc:faulty-" + UUID.randomUUID() + ":";
    private final JdbcFaults faults;

    FaultyDriver(JdbcFaults faults) throws SQLException {
        this.faults = faults;
        DriverManager.registerDriver(this);
    }

    /** Returns the URL by which a database is reached through this driver. */
    String through(String url) {
        return start + url;
    }

    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(this);
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(start);
    }

    @Override
    public Connection connect(String url, Properties login) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        faults.beforeStatement("connect");
        return new FaultyConnection(DriverManager.getConnection(url.substring(start.length()), login)).proxy();
    }

    private final class FaultyConnection implements InvocationHandler {
        private final Connection real;
        private final AtomicBoolean aborted = new AtomicBoolean();
        private boolean publishes;

        FaultyConnection(Connection real) {
            this.real = real;
        }

        Connection proxy() {
            return (Connection) Proxy.newProxyInstance(
                    FaultyDriver.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
        }

        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
            switch (method.getName()) {
                case "abort" -> {
                    // H2 itself does nothing here.
                    aborted.set(true);
                    faults.wake();
                    return null;
                }
                case "prepareStatement" -> {
                    return statement((String) arguments[0], (PreparedStatement) call(real, method, arguments));
                }
                case "commit" -> {
                    boolean object = publishes;
                    publishes = false;
                    if (object) {
                        faults.beforeObjectCommit(real, aborted);
                        real.commit();
                        faults.afterObjectCommit(real);
                        return null;
                    }
                    return call(real, method, arguments);
                }
                default -> {
                    return call(real, method, arguments);
                }
            }
        }

        private PreparedStatement statement(String sql, PreparedStatement statement) {
            return (PreparedStatement) Proxy.newProxyInstance(
                    FaultyDriver.class.getClassLoader(),
                    new Class<?>[] {PreparedStatement.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().startsWith("execute")) {
                            faults.beforeStatement(sql);
                            faults.stallWrite(sql, aborted);
                            publishes |= JdbcFaults.isObjectInsert(sql);
                        }
                        return call(statement, method, arguments);
                    });
        }
    }

    private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties login) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}

package io.holdfast.examples.jdbc;

import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the database does on order: the SQLStates of PostgreSQL and of the standard. Guarded by itself. */
final class JdbcFaults implements FaultInjection {
    private Fault active;
    private Runnable onHit = () -> {};
    private int hits;

    @Override
    public Set<Fault> supported() {
        return EnumSet.allOf(Fault.class);
    }

    @Override
    public synchronized Injection inject(Fault fault, Runnable firstHit) {
        active = fault;
        onHit = firstHit;
        hits = 0;
        return this::end;
    }

    private synchronized void end() {
        active = null;
        notifyAll();
    }

    synchronized void wake() {
        notifyAll();
    }

    static boolean isObjectInsert(String sql) {
        return sql.startsWith("INSERT INTO") && sql.contains("object ");
    }

    // snippet: faults
    void beforeStatement(String sql) throws SQLException {
        fail(Fault.DENIED, true, "42501");
        fail(Fault.UNREACHABLE, true, "08006");
        fail(Fault.THROTTLED, true, "53300");
        fail(Fault.NO_SPACE, sql.startsWith("INSERT") || sql.startsWith("UPDATE"), "53100");
        fail(Fault.READ_BREAKS, sql.startsWith("SELECT bytes"), 1, "08006");
        fail(Fault.LIST_BREAKS, sql.contains("ORDER BY object_key"), 1, "08006");
    }

    /** The connection breaks before the server has got the commit. */
    void beforeObjectCommit(Connection connection, AtomicBoolean aborted) throws SQLException {
        stallWrite("INSERT", aborted);
        if (takes(Fault.COMMIT_REQUEST_LOST)) {
            connection.rollback();
            firstHit().run();
            throw new SQLException("injected: the connection was reset", "08006");
        }
    }

    /** The connection breaks after the server has got the commit. */
    void afterObjectCommit(Connection connection) throws SQLException {
        if (takes(Fault.COMMIT_ANSWER_LOST)) {
            firstHit().run();
            throw new SQLException("injected: the connection was reset", "08006");
        }
    }
    // end

    /** A write gets no answer until the fault ends or somebody aborts the connection. */
    void stallWrite(String sql, AtomicBoolean aborted) throws SQLException {
        if (!sql.startsWith("INSERT") || !strikes(Fault.STALL)) {
            return;
        }
        firstHit().run();
        synchronized (this) {
            try {
                while (active == Fault.STALL && !aborted.get()) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new AssertionError("A thread was interrupted inside of a JDBC call", e);
            }
        }
        if (aborted.get()) {
            throw new SQLException("injected: the connection was aborted", "08003");
        }
    }

    private void fail(Fault fault, boolean concerned, String state) throws SQLException {
        fail(fault, concerned, 0, state);
    }

    /** Fails all that is concerned, but so many times first. */
    private void fail(Fault fault, boolean concerned, int spared, String state) throws SQLException {
        synchronized (this) {
            if (active != fault || !concerned || hits++ < spared) {
                return;
            }
        }
        firstHit().run();
        throw new SQLException("injected: " + fault, state);
    }

    private synchronized boolean strikes(Fault fault) {
        return active == fault;
    }

    private synchronized boolean takes(Fault fault) {
        boolean taken = active == fault;
        if (taken) {
            active = null;
        }
        return taken;
    }

    private synchronized Runnable firstHit() {
        Runnable first = onHit;
        onHit = () -> {};
        return first;
    }
}

package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.testing.NoteStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A live store, which reads follow to whatever is in its place. */
public final class LiveNotes implements Backupable, RestoreTarget {
    public static final StoreIdentity STORE = new StoreIdentity("notes-1", "notes");

    private NoteStore store = NoteStore.filled(3);
    private final List<String> events = new ArrayList<>();
    private boolean bad;
    private boolean failing;
    private Runnable meanwhile = () -> {};

    NoteStore store() {
        return store;
    }

    Map<String, String> notes() {
        return store.notes();
    }

    List<String> events() {
        return events;
    }

    void become(NoteStore next) {
        store = next;
    }

    /** Lets probes find the restored store bad. */
    void spoil() {
        bad = true;
    }

    /** Lets backups fail. */
    public void fail() {
        failing = true;
    }

    /** Has something done while a backup is in flight. */
    public void meanwhile(Runnable action) {
        meanwhile = action;
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        if (failing) {
            throw new IOException("the engine has gone");
        }
        meanwhile.run();
        return store.backup(out, context);
    }

    @Override
    public void restore(InputStream in, BackupContext context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StoreIdentity identity() {
        return STORE;
    }

    @Override
    public List<String> blockers() {
        return List.of();
    }

    @Override
    public Fence fence() {
        events.add("fence");
        return () -> events.add("open");
    }

    @Override
    public StagedStore stage() {
        NoteStore fresh = new NoteStore();
        return new StagedStore() {
            @Override
            public Backupable store() {
                return fresh;
            }

            @Override
            public Optional<String> probe() {
                if (bad) {
                    throw new RestoreCorruptException("Expected notes that add up, found others");
                }
                return Optional.of(fresh.notes().size() + " notes read");
            }

            @Override
            public void swap() {
                events.add("swap");
                store = fresh;
            }

            @Override
            public void cleanUp() {}

            @Override
            public void close() {
                events.add("close");
            }
        };
    }

    @Override
    public List<String> recover() {
        return List.of();
    }
}

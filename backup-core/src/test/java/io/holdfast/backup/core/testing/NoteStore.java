package io.holdfast.backup.core.testing;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A small real store in memory: notes by name, each of which refers to a payload of the same name. */
public final class NoteStore implements Backupable {
    private final SortedMap<String, String> notes = new TreeMap<>();

    /** Returns a store with so many notes. */
    public static NoteStore filled(int count) {
        NoteStore store = new NoteStore();
        for (int i = 0; i < count; i++) {
            store.put("note-" + i, "the text of note " + i);
        }
        return store;
    }

    public synchronized void put(String name, String text) {
        notes.put(name, text);
    }

    public synchronized Map<String, String> notes() {
        return new TreeMap<>(notes);
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        Map<String, String> snapshot = notes();
        PayloadIDSet ids = context.newPayloadIDSet();
        context.engineMetadata("schema", "1");
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(snapshot.size());
        long done = 0;
        for (Map.Entry<String, String> note : snapshot.entrySet()) {
            data.writeUTF(note.getKey());
            data.writeUTF(note.getValue());
            ids.add(note.getKey());
            context.progress(++done, snapshot.size());
        }
        data.flush();
        return ids;
    }

    @Override
    public synchronized void restore(InputStream in, BackupContext context) throws IOException {
        if (!notes.isEmpty()) {
            throw new RestoreDestinationNotEmptyException("Expected an empty store, found " + notes.size() + " notes");
        }
        SortedMap<String, String> loaded = new TreeMap<>();
        try {
            DataInputStream data = new DataInputStream(in);
            int count = data.readInt();
            for (int i = 0; i < count; i++) {
                loaded.put(data.readUTF(), data.readUTF());
            }
            if (in.read() >= 0) {
                throw new RestoreCorruptException("Expected the end, found more bytes");
            }
        } catch (EOFException | UTFDataFormatException e) {
            throw new RestoreCorruptException("Expected a whole snapshot of notes", e);
        }
        notes.putAll(loaded);
    }
}

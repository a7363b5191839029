package io.holdfast.backup.core.codec;

/** What a data object is. Part of its header when it is encrypted, so that one cannot stand in for the other. */
public enum ObjectRole {
    /** The store's stream. */
    PAYLOAD(1, "holdfast v1 payload"),
    /** The payload ids. */
    PAYLOAD_IDS(2, "holdfast v1 payload ids");

    private final int wireValue;
    private final String keyInfo;

    ObjectRole(int wireValue, String keyInfo) {
        this.wireValue = wireValue;
        this.keyInfo = keyInfo;
    }

    int wireValue() {
        return wireValue;
    }

    /** What the object's key is derived for. */
    String keyInfo() {
        return keyInfo;
    }
}

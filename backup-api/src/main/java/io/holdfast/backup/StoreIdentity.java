package io.holdfast.backup;

/**
 * Who a store is.
 *
 * @param id names this one store; best kept inside its engine, so that a copied store is recognised; 1 to 128 characters of
 *     {@code [A-Za-z0-9._:-]}
 * @param kind names what sort of store it is ("catalog", "rocksdb-index"); never changes within a repository; 1 to 64
 *     characters of {@code [a-z0-9._-]}
 */
public record StoreIdentity(String id, String kind) {
    /**
     * Creates an identity.
     *
     * @throws IllegalArgumentException if a part is out of its bounds
     */
    public StoreIdentity {
        if (!id.matches("[A-Za-z0-9._:-]{1,128}")) {
            throw new IllegalArgumentException(
                    "Expected a store id of 1 to 128 characters of [A-Za-z0-9._:-], found \"" + id + "\"");
        }
        if (!kind.matches("[a-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "Expected a store kind of 1 to 64 characters of [a-z0-9._-], found \"" + kind + "\"");
        }
    }
}

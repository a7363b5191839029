package io.holdfast.examples.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A digest of a catalogue's entries, kept from before the disaster to compare with afterwards.
 *
 * @param entries how many entries there are
 * @param sha256 the SHA-256 of all of them in the order of their paths
 */
record CatalogDigest(long entries, String sha256) {
    static CatalogDigest of(CatalogStore store) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        long[] count = {0};
        store.forEach(entry -> {
            // The printed form, not the stored one: an error in encoding entries must not hide itself.
            digest.update(entry.toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            count[0]++;
        });
        return new CatalogDigest(count[0], HexFormat.of().formatHex(digest.digest()));
    }
}

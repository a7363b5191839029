package io.holdfast.backup.conformance.memory;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a crash takes that was promised (D3, D6). */
final class DurabilitySaboteurs {
    private DurabilitySaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.simple("commit-not-synced", "D3 D6 D7", honest -> new ForwardingDestination(honest) {
                    @Override
                    void crash() {
                        server().keys().forEach(server()::erase);
                    }
                }),
                Saboteur.simple("new-folders-not-synced", "D3", honest -> new ForwardingDestination(honest) {
                    @Override
                    void crash() {
                        server().keys().stream()
                                .filter(key -> key.chars().filter(c -> c == '/').count() > 2)
                                .forEach(server()::erase);
                    }
                }),
                Saboteur.simple("name-synced-before-bytes", "D3 D6 D7", honest -> new ForwardingDestination(honest) {
                    @Override
                    void crash() {
                        for (String key : server().keys()) {
                            byte[] bytes = server().bytes(key).orElseThrow();
                            server().replace(key, Arrays.copyOf(bytes, bytes.length / 512 * 512));
                        }
                    }
                }),
                Saboteur.simple("deletion-not-synced", "D6", honest -> new ForwardingDestination(honest) {
                    private final Map<String, byte[]> deleted = new ConcurrentHashMap<>();

                    @Override
                    public void delete(String key) {
                        byte[] bytes = server().bytes(key).orElse(null);
                        inner.delete(key);
                        if (bytes != null) {
                            deleted.put(key, bytes);
                        }
                    }

                    @Override
                    void crash() {
                        deleted.forEach(server()::replace);
                    }
                }));
    }
}

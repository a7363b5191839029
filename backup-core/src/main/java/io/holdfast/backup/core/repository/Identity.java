package io.holdfast.backup.core.repository;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.manifest.RepositoryDescription;
import java.util.List;

/**
 * What a repository is and which stores have written to it.
 *
 * @param description the repository's description
 * @param storeIds the ids of the lineage's stores, oldest first; the last one writes
 */
record Identity(RepositoryDescription description, List<String> storeIds) {
    Identity {
        storeIds = List.copyOf(storeIds);
    }

    String repositoryId() {
        return description.repositoryId();
    }

    /** Whether a store is, or was, one of the lineage. */
    boolean accepts(StoreIdentity store) {
        return storeIds.contains(store.id()) && description.firstStore().kind().equals(store.kind());
    }

    String currentStoreId() {
        return storeIds.get(storeIds.size() - 1);
    }
}

package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.StoreIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a store that lives in a directory. A root directory holds generations, {@code store-1} and so on, and a file
 * {@code CURRENT} that names the live one; replacing that file by a rename is the swap. The application opens its engine at
 * {@link #current} and nowhere else, and opens it there again when it is told of a swap, before the old generation is removed.
 *
 * <p>One object for each root in a process; a lock in the root keeps processes apart while something is staged. Used by one thread
 * at a time, but for {@link #current}, which any thread may call at any time.
 */
public final class DirectorySwap implements RestoreTarget {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorySwap.class);

    private final Generations generations;
    private final Takeover takeover;
    private final RootLock lock;
    private final DurableTree tree;
    private final StoreIdentity identity;
    private final StoreOpener opener;
    private final Supplier<List<String>> blockers;
    private final Supplier<Fence> fence;
    private final Runnable swapped;

    private DirectorySwap(Builder builder) {
        this.tree = new DurableTree(builder.steps);
        this.generations = new Generations(builder.root, tree);
        this.takeover = new Takeover(builder.root, tree);
        this.lock = new RootLock(builder.root.resolve(Generations.LOCK));
        this.identity = builder.identity;
        this.opener = builder.opener;
        this.blockers = builder.blockers;
        this.fence = builder.fence;
        this.swapped = builder.swapped;
    }

    /**
     * Begins a target.
     *
     * @param root the directory of the generations, which nobody else uses; made when it is absent
     * @param identity who the store is
     * @param opener opens the engine in an empty directory
     * @return a builder with the default of every other value
     */
    public static Builder builder(Path root, StoreIdentity identity, StoreOpener opener) {
        return new Builder(root.toAbsolutePath().normalize(), identity, opener);
    }

    /**
     * Makes a plain directory, in which the application has had its engine until now, the first generation. The engine must be
     * closed. Does nothing if that has been done; finishes it at the next call of {@link #current} or {@link #recover} if the
     * process dies meanwhile.
     *
     * @throws IOException if the directory cannot be moved: the file system refuses, or it is a mount point
     * @throws BackupException with {@link ErrorCode#RESTORE_PRECONDITION_FAILED} if that would not be safe; nothing was changed
     */
    public void takeOver() throws IOException {
        takeover.begin();
    }

    /**
     * Returns where the live store is, after recovery, unless something is staged at the moment. The first call ever makes an
     * empty directory.
     *
     * @return the only directory at which to open the engine
     * @throws IOException if it cannot be found or made
     * @throws BackupException as {@link #recover} does
     */
    public synchronized Path current() throws IOException {
        recover();
        Optional<Path> live = generations.live();
        return live.isPresent() ? live.get() : generations.makeFirst();
    }

    @Override
    public StoreIdentity identity() {
        return identity;
    }

    @Override
    public List<String> blockers() {
        return List.copyOf(blockers.get());
    }

    @Override
    public Fence fence() {
        return fence.get();
    }

    /**
     * {@inheritDoc}
     *
     * @throws BackupException with {@link ErrorCode#RESTORE_PRECONDITION_FAILED} if something else is staged, here or in another
     *     process, or as {@link #recover} does
     */
    @Override
    public StagedStore stage() throws IOException {
        Path live = current();
        if (!lock.tryAcquire()) {
            throw generations.refused(
                    "Expected nothing to be staged, found the lock taken: a restore or drill is going on");
        }
        Path staged = null;
        try {
            staged = generations.next();
            tree.step("create " + staged.getFileName());
            Files.createDirectory(staged);
            return new StagedDirectory(generations, tree, lock, swapped, live, staged, opener.open(staged));
        } catch (IOException | RuntimeException | Error e) {
            discard(staged, e);
            throw e;
        }
    }

    private void discard(@Nullable Path staged, Throwable failure) {
        try (lock) {
            if (staged != null && Files.exists(staged)) {
                tree.delete(staged);
            }
        } catch (IOException left) {
            failure.addSuppressed(left);
        }
    }

    /**
     * {@inheritDoc} Does nothing while something is staged.
     *
     * @throws BackupException with {@link ErrorCode#RESTORE_PRECONDITION_FAILED} if the root is not as this class leaves it:
     *     nothing is removed then
     */
    @Override
    public List<String> recover() throws IOException {
        List<String> done = new ArrayList<>(takeover.finish());
        if (!generations.rootExists()) {
            return done;
        }
        generations.requireOwn();
        if (lock.tryAcquire()) {
            try (lock) {
                done.addAll(generations.removeOthers());
            }
        }
        return List.copyOf(done);
    }

    /** Collects the values of a {@link DirectorySwap}. Used by one thread. */
    public static final class Builder {
        private final Path root;
        private final StoreIdentity identity;
        private final StoreOpener opener;
        private Supplier<List<String>> blockers = List::of;
        private Supplier<Fence> fence = () -> () -> {};
        private Runnable swapped = () -> {};
        private Consumer<String> steps = step -> LOG.debug("event=directory_swap step=\"{}\"", step);

        private Builder(Path root, StoreIdentity identity, StoreOpener opener) {
            this.root = root;
            this.identity = identity;
            this.opener = opener;
        }

        /**
         * Sets what tells what must be stopped before a swap; by default nothing does.
         *
         * @param value returns the blockers, in words for an operator
         * @return this builder
         */
        public Builder blockers(Supplier<List<String>> value) {
            blockers = value;
            return this;
        }

        /**
         * Sets what keeps everybody else from using the store during a restore; by default nothing does.
         *
         * @param value returns the fence, or throws as {@link RestoreTarget#fence} does
         * @return this builder
         */
        public Builder fence(Supplier<Fence> value) {
            fence = value;
            return this;
        }

        /**
         * Sets what is called after a swap, before the old generation is removed: the application closes its engine and opens it at
         * {@link DirectorySwap#current}. If that throws, the old generation stays until the next recovery. By default nothing is
         * called: the engine is opened after the restore.
         *
         * @param value opens the engine anew
         * @return this builder
         */
        public Builder whenSwapped(Runnable value) {
            swapped = value;
            return this;
        }

        /** Sets who hears of each change before it is made. */
        Builder steps(Consumer<String> value) {
            steps = value;
            return this;
        }

        /** Returns the target. Touches nothing. */
        public DirectorySwap build() {
            return new DirectorySwap(this);
        }
    }
}

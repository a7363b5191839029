package io.holdfast.backup.core.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compresses blocks on several threads and writes their frames in the order of the blocks. Every worker does all to one block
 * after the other, writing included, since that keeps all of them busy. Memory: two blocks for each worker, and one. Used by
 * one thread.
 */
final class ZstdWorkers implements AutoCloseable {
    /** More of them would only wait for the one that writes. */
    private static final int MOST_WORKERS = 4;

    private final OutputStream sink;
    private final StageThreads threads;
    private final List<ZstdCompressCtx> contexts;
    private final Pool<ZstdCompressCtx> freeContexts;
    private final Pool<ZstdBlock> freeBlocks;
    private final Turns turns = new Turns();
    private long blocks;
    private volatile @Nullable Throwable failure;

    ZstdWorkers(OutputStream sink, int level) {
        this.sink = sink;
        int workers = Math.min(Runtime.getRuntime().availableProcessors(), MOST_WORKERS);
        threads = new StageThreads("holdfast-zstd", workers);
        contexts = IntStream.range(0, workers)
                .mapToObj(i -> ZstdStage.compressor(level))
                .toList();
        freeContexts = new Pool<>(contexts);
        // One more is the caller's, who fills it meanwhile.
        freeBlocks =
                new Pool<>(Stream.generate(ZstdBlock::new).limit(workers + 1L).toList());
    }

    /**
     * Takes a block over, which becomes the next frame.
     *
     * @return an empty block, as soon as there is one
     * @throws IOException or whatever else the sink threw for an earlier block
     * @throws io.holdfast.backup.BackupAbortedException if this thread is interrupted
     */
    ZstdBlock exchange(ZstdBlock filled) throws IOException {
        add(filled);
        ZstdBlock empty = freeBlocks.take();
        throwFailure();
        return empty;
    }

    /**
     * Takes the last block over, if anything is in it, and waits until every frame is written.
     *
     * @throws IOException or whatever else the sink threw for a block
     */
    void finish(ZstdBlock last) throws IOException {
        if (!last.isEmpty()) {
            add(last);
        }
        threads.await();
        throwFailure();
    }

    /** Ends the threads, once they have done what they have begun. */
    @Override
    public void close() {
        threads.close();
        contexts.forEach(ZstdCompressCtx::close);
    }

    private void add(ZstdBlock block) {
        long number = blocks++;
        threads.run(() -> {
            compress(block);
            turns.await(number);
            writeInTurn(block);
            freeBlocks.put(block);
        });
    }

    private void compress(ZstdBlock block) {
        ZstdCompressCtx context = freeContexts.take();
        try {
            block.compress(context);
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            freeContexts.put(context);
        }
    }

    private void writeInTurn(ZstdBlock block) {
        try {
            if (failure == null) {
                block.writeFrame(sink);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            turns.end();
        }
    }

    private void throwFailure() throws IOException {
        Throwable found = failure;
        if (found instanceof IOException e) {
            throw e;
        }
        if (found instanceof RuntimeException e) {
            throw e;
        }
        if (found instanceof Error e) {
            throw e;
        }
    }
}

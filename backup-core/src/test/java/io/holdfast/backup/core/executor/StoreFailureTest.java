package io.holdfast.backup.core.executor;

import static io.holdfast.backup.core.testing.Snapshots.manyBytes;
import static io.holdfast.backup.core.testing.Snapshots.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.BackupUnsupportedException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection.Injection;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a store does wrong: who gets the blame, and that nothing is left. */
class StoreFailureTest {
    private final MemoryServer server = MemoryServer.create();
    private final Destination destination = server.open();
    private final MemoryJobStore jobs = new MemoryJobStore();
    private Repository repository;
    private BackupExecutor executor;

    @BeforeEach
    void open() {
        repository = Repository.open(
                destination,
                RepositoryConfig.builder(new StoreIdentity("notes-1", "notes")).build());
        executor = BackupExecutor.builder(repository).jobStore(jobs).build();
    }

    @AfterEach
    void close() {
        executor.close();
        destination.close();
    }

    /** Backs up in vain. Nothing may be left, and the next backup must work. */
    private BackupException failureOf(Backupable store) {
        BackupException failure =
                catchThrowableOfType(BackupException.class, () -> executor.run(store, BackupRequest.manual()));
        assertThat(failure).isNotNull();
        assertThat(server.keys()).containsExactly("repository.json");
        assertThat(server.uploadsInProgress()).isEmpty();
        Job job = jobs.list().get(0);
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.errorCode()).contains(failure.code());
        assertThat(job.finishedAt()).isPresent();
        executor.run(NoteStore.filled(1), BackupRequest.manual());
        return failure;
    }

    private static PayloadIDSet ids(OutputStream out, long size, String... ids) throws IOException {
        out.write(1);
        return new PayloadIDSet() {
            @Override
            public void add(String id) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean contains(String id) {
                return Arrays.asList(ids).contains(id);
            }

            @Override
            public long size() {
                return size;
            }

            @Override
            public Iterator<String> iterator() {
                return Arrays.asList(ids).iterator();
            }
        };
    }

    @Test
    void a_checked_exception_is_the_stores() {
        IOException cause = new IOException("its disk");

        assertThat(failureOf(store((out, context) -> {
                    out.write(manyBytes());
                    throw cause;
                })))
                .hasCause(cause)
                .extracting(BackupException::code)
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void an_unchecked_exception_is_the_stores() {
        assertThat(failureOf(store((out, context) -> {
                            throw new IllegalStateException("its bug");
                        }))
                        .code())
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void an_error_is_the_stores() {
        assertThat(failureOf(store((out, context) -> {
                            throw new NoClassDefFoundError("its class");
                        }))
                        .code())
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void a_backup_exception_of_the_store_keeps_its_code() {
        assertThat(failureOf(store((out, context) -> {
                            throw new BackupUnsupportedException("not in this mode");
                        }))
                        .code())
                .isEqualTo(ErrorCode.BACKUP_UNSUPPORTED);
    }

    @Test
    void a_store_that_writes_nothing_has_no_snapshot() {
        assertThat(failureOf(store((out, context) -> context.newPayloadIDSet())))
                .hasMessageContaining("no byte")
                .extracting(BackupException::code)
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void a_store_must_not_close_the_stream() {
        assertThat(failureOf(store((out, context) -> {
                    out.write(1);
                    out.close();
                    return context.newPayloadIDSet();
                })))
                .hasMessageContaining("closed")
                .extracting(BackupException::code)
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void a_write_failure_that_the_store_swallows_is_the_destinations() {
        assertThat(failureOf(store((out, context) -> {
                            try (Injection full = server.faults().inject(Fault.NO_SPACE, () -> {})) {
                                out.write(manyBytes());
                            } catch (DestinationException e) {
                                // The store's mistake.
                            }
                            return context.newPayloadIDSet();
                        }))
                        .code())
                .isEqualTo(ErrorCode.DESTINATION_NO_SPACE);
    }

    @Test
    void a_write_failure_that_the_store_answers_with_its_own_is_the_destinations() {
        assertThat(failureOf(store((out, context) -> {
                            try (Injection full = server.faults().inject(Fault.NO_SPACE, () -> {})) {
                                out.write(manyBytes());
                            } catch (DestinationException e) {
                                throw new IllegalStateException("my cursor broke");
                            }
                            return context.newPayloadIDSet();
                        }))
                        .code())
                .isEqualTo(ErrorCode.DESTINATION_NO_SPACE);
    }

    @Test
    void a_store_must_return_a_set() {
        assertThat(failureOf(store((out, context) -> {
                    out.write(1);
                    return null;
                })))
                .hasMessageContaining("null")
                .extracting(BackupException::code)
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void unsorted_payload_ids_are_refused() {
        assertThat(failureOf(store((out, context) -> ids(out, 2, "b", "a"))).code())
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void a_set_that_lies_about_its_size_is_refused() {
        assertThat(failureOf(store((out, context) -> ids(out, 3, "a", "b"))).code())
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void a_set_with_an_invalid_id_is_refused() {
        assertThat(failureOf(store((out, context) -> ids(out, 1, "a\nb"))).code())
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void a_set_that_breaks_while_it_is_read_is_the_stores() {
        assertThat(failureOf(store((out, context) -> ids(out, 1, (String) null)))
                        .code())
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void a_stream_is_dead_once_the_stores_call_has_returned() {
        AtomicReference<OutputStream> kept = new AtomicReference<>();
        executor.run(
                store((out, context) -> {
                    kept.set(out);
                    out.write(1);
                    return context.newPayloadIDSet();
                }),
                BackupRequest.manual());

        assertThatThrownBy(() -> kept.get().write(2)).isInstanceOf(IOException.class);
        assertThat(new Verifier(repository)
                        .verify(repository.list().get(0).id(), VerifyLevel.DECODED)
                        .damage())
                .isEmpty();
    }

    @Test
    void the_repository_is_free_as_soon_as_a_result_is_there() {
        for (int i = 0; i < 200; i++) {
            executor.run(NoteStore.filled(1), BackupRequest.manual());
        }

        assertThat(repository.list()).hasSize(200);
        assertThat(List.copyOf(jobs.list())).allMatch(job -> job.state() == JobState.SUCCEEDED);
    }
}

package io.holdfast.benchmarks;

import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.codec.CountingDigest;
import io.holdfast.backup.core.codec.EncodedOutput;
import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.codec.ObjectHeader;
import io.holdfast.backup.core.codec.ObjectRole;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.ids.SpillingPayloadIDSet;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.PayloadIdsSection;
import io.holdfast.backup.core.manifest.Seal;
import io.holdfast.backup.core.manifest.StoredObject;
import io.holdfast.backup.core.scheduler.Schedule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The stages of the pipeline and the small algorithms, each alone and in memory, with JMH. Those over 64 MiB say milliseconds for all of
 * it; {@code raw} are the limits to compare with in the same run.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class Stages {
    private static final int OBJECT_BYTES = 1 << 26;
    private static final int IDS = 1_000_000;
    private static final int UPDATE_BYTES = 1 << 14;
    private static final StoreIdentity STORE = new StoreIdentity("benchmark", "file");

    private final KeyMaterial key = KeyMaterial.random();
    private final ObjectHeader header =
            new ObjectHeader(ObjectRole.PAYLOAD, "0".repeat(26), new BackupId("0".repeat(26)), STORE.id());
    private final ObjectCodec compressing = ObjectCodec.zstd(1);
    private final ObjectCodec encrypting = ObjectCodec.encryptedOnly(key, header);
    private final ObjectCodec both = ObjectCodec.encryptedZstd(1, key, header);
    private final Schedule schedule = Schedule.parse("30 2 * * 1-5", ZoneOffset.UTC);
    private final String[] ids = new String[IDS];

    private final ManifestCodec manifests = new ManifestCodec(Seal.checksum());
    private final Manifest manifest = new Manifest(
            "0".repeat(26),
            new BackupId("0".repeat(26)),
            BackupKind.SCHEDULED,
            new TreeMap<>(Map.of("team", "storage")),
            Instant.EPOCH,
            Instant.EPOCH,
            STORE,
            new StoredObject("0".repeat(64), 1),
            1,
            ObjectCodec.ZSTD,
            ObjectCodec.NOT_ENCRYPTED,
            new PayloadIdsSection(1, new StoredObject("0".repeat(64), 1), "0".repeat(64)),
            new TreeMap<>(Map.of("schema", "1")),
            "benchmark",
            null);

    private byte[] rows = {};
    private Encoded compressed = new Encoded();
    private Encoded encrypted = new Encoded();
    private Encoded encoded = new Encoded();
    private long messages;

    /** An object as it is stored. */
    private static final class Encoded {
        private byte[] bytes = {};
        private StoredObject stored = new StoredObject("0".repeat(64), 0);
    }

    /** Makes the data. */
    @Setup
    public void prepare() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(OBJECT_BYTES);
        DataSet.METADATA.write(out, OBJECT_BYTES);
        rows = out.toByteArray();
        compressed = encode(compressing);
        encrypted = encode(encrypting);
        encoded = encode(both);
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < IDS; i++) {
            ids[i] = String.format("%016x%016x", random.nextLong(), random.nextLong());
        }
    }

    private Encoded encode(ObjectCodec codec) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(OBJECT_BYTES);
        Encoded result = new Encoded();
        try (EncodedOutput output = codec.encode(out)) {
            output.write(rows);
            result.stored = output.finish();
        }
        result.bytes = out.toByteArray();
        return result;
    }

    private static StoredObject write(ObjectCodec codec, byte[] plain) throws IOException {
        try (EncodedOutput output = codec.encode(OutputStream.nullOutputStream())) {
            output.write(plain);
            return output.finish();
        }
    }

    private static long read(ObjectCodec codec, Encoded object) throws IOException {
        try (InputStream in =
                codec.decode(new ByteArrayInputStream(object.bytes), object.stored, OptionalLong.of(OBJECT_BYTES))) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Benchmark
    public StoredObject digest() {
        CountingDigest digest = new CountingDigest();
        digest.update(rows, 0, rows.length);
        return digest.finish();
    }

    @Benchmark
    public StoredObject compressAndDigest() throws IOException {
        return write(compressing, rows);
    }

    @Benchmark
    public StoredObject encryptAndDigest() throws IOException {
        return write(encrypting, rows);
    }

    @Benchmark
    public StoredObject compressEncryptAndDigest() throws IOException {
        return write(both, rows);
    }

    @Benchmark
    public long decompressAndDigest() throws IOException {
        return read(compressing, compressed);
    }

    @Benchmark
    public long decryptAndDigest() throws IOException {
        return read(encrypting, encrypted);
    }

    @Benchmark
    public long decryptDecompressAndDigest() throws IOException {
        return read(both, encoded);
    }

    /** One message with updates of 16 KiB: the cipher without anything around it. */
    @Benchmark
    public int rawAesGcm() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] nonce = new byte[12];
        for (int i = 0, left = (int) (++messages & 0x7fffffff); i < 4; i++, left >>>= 8) {
            nonce[i] = (byte) left;
        }
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(new byte[KeyMaterial.LENGTH], "AES"),
                new GCMParameterSpec(128, nonce));
        byte[] out = new byte[UPDATE_BYTES + 32];
        int total = 0;
        for (int at = 0; at < rows.length; at += UPDATE_BYTES) {
            total += cipher.update(rows, at, UPDATE_BYTES, out, 0);
        }
        return total + cipher.doFinal(out, 0);
    }

    /** A million ids of 32 characters, added, sorted and read. */
    @Benchmark
    public long idsInMemory() {
        return fill(PayloadIDSet.create());
    }

    /** The same in 8 MiB of heap. */
    @Benchmark
    public long idsSpilled() {
        try (SpillingPayloadIDSet set = new SpillingPayloadIDSet(
                new IdSpill(Path.of(System.getProperty("java.io.tmpdir")), 8 << 20), bytes -> {})) {
            return fill(set);
        }
    }

    private long fill(PayloadIDSet set) {
        for (String id : ids) {
            set.add(id);
        }
        long characters = 0;
        for (String id : set) {
            characters += id.length();
        }
        return characters;
    }

    /** A thousand next times of a schedule. */
    @Benchmark
    public Instant cron() {
        Instant time = Instant.EPOCH;
        for (int i = 0; i < 1_000; i++) {
            time = schedule.next(time);
        }
        return time;
    }

    /** A thousand manifests, encoded and decoded. */
    @Benchmark
    public long manifests() {
        long bytes = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] json = manifests.encode(manifest);
            manifests.decodePublication(json, "manifest.json");
            bytes += json.length;
        }
        return bytes;
    }
}

package io.holdfast.backup.core.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * Sealed JSON: sorted fields, two blanks of indentation, LF, and as its last field the seal. The value of the seal is computed
 * over the whole object with the 64 hexadecimal digits of the value set to {@code 0}.
 */
final class SealedJson {
    /** The largest control object, in bytes, for writers and readers alike. */
    static final int MAX_BYTES = 1 << 20;

    private static final int VALUE_DIGITS = 64;
    private static final String ZERO_VALUE = "0".repeat(VALUE_DIGITS);
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(32)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    private static final ObjectWriter WRITER = MAPPER.writer(
            new DefaultPrettyPrinter(Separators.createDefaultInstance().withRootSeparator(""))
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    private final Seal seal;

    SealedJson(Seal seal) {
        this.seal = seal;
    }

    /** Encodes the fields and seals them. */
    byte[] encode(SortedMap<String, Object> fields) {
        Map<String, Object> sealed = new LinkedHashMap<>(fields);
        sealed.put(seal.fieldName(), ZERO_VALUE);
        byte[] bytes;
        try {
            bytes = (WRITER.writeValueAsString(sealed) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new BackupException(ErrorCode.INTERNAL, "A control object could not be encoded", e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new BackupException(
                    ErrorCode.MANIFEST_INVALID,
                    "Expected a control object of at most " + MAX_BYTES + " bytes, found " + bytes.length);
        }
        byte[] digits = HexFormat.of().formatHex(seal.compute(bytes)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, bytes.length - trailer().length - VALUE_DIGITS, VALUE_DIGITS);
        return bytes;
    }

    /**
     * Checks the size, the JSON form, the version if the object has one, and the seal, in this order: what a newer release
     * wrote is named as such even if it is sealed in another way.
     *
     * @param bytes the whole object
     * @param source its key, for messages
     * @param versionField the field that holds its version, or empty
     */
    JsonFields decode(byte[] bytes, String source, String versionField) {
        requireSize(bytes, source);
        JsonFields fields = new JsonFields(parse(bytes, source), source);
        if (!versionField.isEmpty()) {
            fields.requireVersion(versionField);
        }
        if (!isSealed(bytes)) {
            throw unsealed(fields, source);
        }
        return fields;
    }

    /** Reads the fields and believes nothing: for what must be read before the key that would prove it is known. */
    static JsonFields decodeUnproven(byte[] bytes, String source) {
        requireSize(bytes, source);
        return new JsonFields(parse(bytes, source), source);
    }

    private BackupException unsealed(JsonFields fields, String source) {
        if (seal.fieldName().equals(Seal.CHECKSUM) && fields.has(Seal.MAC)) {
            return new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    source + ": it is sealed with the key of an encrypted repository, and this one was opened without"
                            + " encryption; configure it");
        }
        if (seal.fieldName().equals(Seal.MAC) && fields.has(Seal.CHECKSUM)) {
            return new BackupException(
                    ErrorCode.MANIFEST_TAMPERED,
                    source + ": it is not sealed with the key of this repository, which is configured as encrypted");
        }
        return new BackupException(
                ErrorCode.MANIFEST_TAMPERED,
                source + ": its bytes do not agree with the \"" + seal.fieldName()
                        + "\" at its end, so they have changed since it was written"
                        + (seal.fieldName().equals(Seal.MAC) ? ", or it was sealed with another key" : ""));
    }

    private static void requireSize(byte[] bytes, String source) {
        if (bytes.length > MAX_BYTES) {
            throw new BackupException(
                    ErrorCode.MANIFEST_INVALID, source + ": expected at most " + MAX_BYTES + " bytes, found more");
        }
    }

    private static JsonNode parse(byte[] bytes, String source) {
        JsonNode root;
        try {
            root = READER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new BackupException(
                    ErrorCode.MANIFEST_INVALID, source + ": expected JSON, found " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BackupException(ErrorCode.MANIFEST_INVALID, source + ": expected JSON in UTF-8", e);
        }
        if (root == null || !root.isObject()) {
            throw new BackupException(
                    ErrorCode.MANIFEST_INVALID,
                    source + ": expected a JSON object, found " + (root == null ? "nothing" : root.getNodeType()));
        }
        return root;
    }

    private boolean isSealed(byte[] bytes) {
        byte[] header = ("\"" + seal.fieldName() + "\" : \"").getBytes(StandardCharsets.US_ASCII);
        int valueAt = bytes.length - trailer().length - VALUE_DIGITS;
        int headerAt = valueAt - header.length;
        if (headerAt < 0
                || !Arrays.equals(bytes, headerAt, valueAt, header, 0, header.length)
                || !Arrays.equals(bytes, valueAt + VALUE_DIGITS, bytes.length, trailer(), 0, trailer().length)) {
            return false;
        }
        byte[] zeroed = bytes.clone();
        Arrays.fill(zeroed, valueAt, valueAt + VALUE_DIGITS, (byte) '0');
        byte[] expected = HexFormat.of().formatHex(seal.compute(zeroed)).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, valueAt, valueAt + VALUE_DIGITS));
    }

    private static byte[] trailer() {
        return "\"\n}\n".getBytes(StandardCharsets.US_ASCII);
    }
}

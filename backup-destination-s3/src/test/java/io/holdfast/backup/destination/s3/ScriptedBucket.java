package io.holdfast.backup.destination.s3;

import io.holdfast.backup.destination.s3.ScriptedS3.Answer;
import io.holdfast.backup.destination.s3.ScriptedS3.Request;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** What a well-behaved server does with a bucket, as far as the driver asks for it. Times are as the test says. */
final class ScriptedBucket {
    /** An object: its bytes, its writer's mark and its version. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Stored(byte[] bytes, String token, String eTag, Instant time) {}

    /** An upload in parts. */
    record Pending(String key, String token, Instant begun, TreeMap<Integer, Stored> parts) {}

    private final AtomicLong counter = new AtomicLong();
    private final TreeMap<String, Stored> objects = new TreeMap<>();
    private final TreeMap<String, Pending> uploads = new TreeMap<>();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private int pageSize = 1000;

    synchronized void setTime(Instant time) {
        now = time;
    }

    synchronized void setPageSize(int size) {
        pageSize = size;
    }

    synchronized void store(String name, byte[] bytes, String token) {
        objects.put(name, new Stored(bytes, token, "\"e" + counter.incrementAndGet() + "\"", now));
    }

    synchronized Map<String, Stored> objects() {
        return Map.copyOf(objects);
    }

    synchronized Map<String, Pending> uploads() {
        return Map.copyOf(uploads);
    }

    synchronized Answer answer(Request request) {
        return switch (request.operation()) {
            case "put" -> put(request);
            case "create" -> create(request);
            case "part" -> part(request);
            case "complete" -> complete(request);
            case "abort" -> abort(request);
            case "get", "head" -> read(request);
            case "delete" -> {
                objects.remove(request.key());
                yield Answer.of(204);
            }
            case "list" -> list(request);
            case "uploads" -> uploads(request);
            case "parts" -> parts(request);
            case "bucket" -> Answer.of(200);
            case "versioning" -> Answer.xml(200, "<VersioningConfiguration/>");
            case "lifecycle" -> Answer.error(404, "NoSuchLifecycleConfiguration");
            default -> Answer.error(501, "NotImplemented");
        };
    }

    private Answer put(Request request) {
        if (isTaken(request)) {
            return Answer.error(412, "PreconditionFailed");
        }
        store(request.key(), request.body(), tokenOf(request));
        return Answer.of(200).with("ETag", objects.get(request.key()).eTag());
    }

    private boolean isTaken(Request request) {
        return "*".equals(ScriptedS3.header(request, "If-None-Match")) && objects.containsKey(request.key());
    }

    private static String tokenOf(Request request) {
        return String.valueOf(ScriptedS3.header(request, "x-amz-meta-holdfast-token"));
    }

    private Answer create(Request request) {
        String id = "upload-" + counter.incrementAndGet();
        uploads.put(id, new Pending(request.key(), tokenOf(request), now, new TreeMap<>()));
        return Answer.xml(
                200, "<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>");
    }

    private Answer part(Request request) {
        Pending upload = uploads.get(request.query().get("uploadId"));
        if (upload == null) {
            return Answer.error(404, "NoSuchUpload");
        }
        Stored part = new Stored(request.body(), "", "\"p" + counter.incrementAndGet() + "\"", now);
        upload.parts().put(Integer.valueOf(request.query().get("partNumber")), part);
        return Answer.of(200).with("ETag", part.eTag());
    }

    private Answer complete(Request request) {
        Pending upload = uploads.get(request.query().get("uploadId"));
        if (upload == null) {
            return Answer.error(404, "NoSuchUpload");
        }
        if (isTaken(request)) {
            return Answer.error(412, "PreconditionFailed");
        }
        String named = new String(request.body(), StandardCharsets.UTF_8);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        upload.parts().forEach((number, part) -> {
            if (named.contains("<PartNumber>" + number + "</PartNumber>")) {
                whole.writeBytes(part.bytes());
            }
        });
        uploads.remove(request.query().get("uploadId"));
        store(request.key(), whole.toByteArray(), upload.token());
        return Answer.xml(200, "<CompleteMultipartUploadResult><ETag>\"x\"</ETag></CompleteMultipartUploadResult>");
    }

    private Answer abort(Request request) {
        return uploads.remove(request.query().get("uploadId")) == null
                ? Answer.error(404, "NoSuchUpload")
                : Answer.of(204);
    }

    private Answer read(Request request) {
        Stored object = objects.get(request.key());
        if (object == null) {
            return Answer.error(404, "NoSuchKey");
        }
        String range = ScriptedS3.header(request, "Range");
        if (range == null) {
            return described(new Answer(200, Map.of(), object.bytes(), object.bytes().length), object);
        }
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        long first = Long.parseLong(ends[0]);
        long last = Math.min(Long.parseLong(ends[1]), object.bytes().length - 1L);
        if (first >= object.bytes().length) {
            return Answer.error(416, "InvalidRange");
        }
        byte[] part = Arrays.copyOfRange(object.bytes(), (int) first, (int) last + 1);
        return described(new Answer(206, Map.of(), part, part.length), object)
                .with("Content-Range", "bytes " + first + "-" + last + "/" + object.bytes().length);
    }

    private static Answer described(Answer answer, Stored object) {
        return answer.with("ETag", object.eTag())
                .with("x-amz-meta-holdfast-token", object.token())
                .with(
                        "Last-Modified",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                object.time().atOffset(ZoneOffset.UTC)));
    }

    private Answer list(Request request) {
        String after = request.query()
                .getOrDefault("continuation-token", request.query().getOrDefault("start-after", ""));
        var found = objects.tailMap(after, false).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(request.query().getOrDefault("prefix", "")))
                .limit(pageSize + 1L)
                .toList();
        boolean more = found.size() > pageSize;
        var page = more ? found.subList(0, pageSize) : found;
        String contents = page.stream()
                .map(entry -> contents(entry.getKey(), entry.getValue().bytes().length))
                .collect(Collectors.joining());
        String next =
                more ? "<NextContinuationToken>" + page.get(pageSize - 1).getKey() + "</NextContinuationToken>" : "";
        return listing(contents, more, next);
    }

    static String contents(String name, long size) {
        return "<Contents><Key>" + name + "</Key><Size>" + size
                + "</Size><LastModified>2030-01-01T00:00:00.000Z</LastModified></Contents>";
    }

    static Answer listing(String contents, boolean more, String next) {
        return Answer.xml(
                200,
                "<ListBucketResult><IsTruncated>" + more + "</IsTruncated>" + next + contents + "</ListBucketResult>");
    }

    private Answer uploads(Request request) {
        String after = request.query().getOrDefault("upload-id-marker", "");
        var found = uploads.tailMap(after, false).entrySet().stream()
                .filter(entry ->
                        entry.getValue().key().startsWith(request.query().getOrDefault("prefix", "")))
                .limit(pageSize + 1L)
                .toList();
        boolean more = found.size() > pageSize;
        var page = more ? found.subList(0, pageSize) : found;
        String all = page.stream()
                .map(entry -> "<Upload><Key>" + entry.getValue().key() + "</Key><UploadId>" + entry.getKey()
                        + "</UploadId><Initiated>" + entry.getValue().begun() + "</Initiated></Upload>")
                .collect(Collectors.joining());
        String next = more
                ? "<NextKeyMarker>" + page.get(pageSize - 1).getValue().key() + "</NextKeyMarker><NextUploadIdMarker>"
                        + page.get(pageSize - 1).getKey() + "</NextUploadIdMarker>"
                : "";
        return Answer.xml(
                200,
                "<ListMultipartUploadsResult><IsTruncated>" + more + "</IsTruncated>" + next + all
                        + "</ListMultipartUploadsResult>");
    }

    private Answer parts(Request request) {
        Pending upload = uploads.get(request.query().get("uploadId"));
        if (upload == null) {
            return Answer.error(404, "NoSuchUpload");
        }
        int after = Integer.parseInt(request.query().getOrDefault("part-number-marker", "0"));
        var found = upload.parts().tailMap(after, false).entrySet().stream()
                .limit(pageSize + 1L)
                .toList();
        boolean more = found.size() > pageSize;
        var page = more ? found.subList(0, pageSize) : found;
        String all = page.stream()
                .map(entry -> "<Part><PartNumber>" + entry.getKey() + "</PartNumber><LastModified>"
                        + entry.getValue().time() + "</LastModified></Part>")
                .collect(Collectors.joining());
        String next =
                more ? "<NextPartNumberMarker>" + page.get(pageSize - 1).getKey() + "</NextPartNumberMarker>" : "";
        return Answer.xml(
                200, "<ListPartsResult><IsTruncated>" + more + "</IsTruncated>" + next + all + "</ListPartsResult>");
    }
}

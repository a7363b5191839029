package io.holdfast.testbed.chaos;

/**
 * A request, as a script sees it.
 *
 * @param operation what Amazon calls it, such as {@code UploadPart}
 * @param method its HTTP method
 * @param path its path, still encoded
 * @param query its query, still encoded; empty if there is none
 */
public record S3Request(String operation, String method, String path, String query) {
    static S3Request of(Head head) {
        String[] words = head.startLine().split(" ", 3);
        int mark = words[1].indexOf('?');
        String path = mark < 0 ? words[1] : words[1].substring(0, mark);
        String query = mark < 0 ? "" : words[1].substring(mark + 1);
        boolean copies = head.field("x-amz-copy-source").isPresent();
        boolean ofObject = path.indexOf('/', 1) > 0 && !path.endsWith("/");
        return new S3Request(
                ofObject ? objectOperation(words[0], query, copies) : bucketOperation(words[0], query),
                words[0],
                path,
                query);
    }

    private static String objectOperation(String method, String query, boolean copies) {
        boolean part = has(query, "uploadId");
        return switch (method) {
            case "PUT" ->
                part
                        ? (copies ? "UploadPartCopy" : "UploadPart")
                        : has(query, "tagging") ? "PutObjectTagging" : copies ? "CopyObject" : "PutObject";
            case "POST" -> part ? "CompleteMultipartUpload" : "CreateMultipartUpload";
            case "GET" -> part ? "ListParts" : has(query, "acl") ? "GetObjectAcl" : "GetObject";
            case "HEAD" -> "HeadObject";
            case "DELETE" -> part ? "AbortMultipartUpload" : "DeleteObject";
            default -> method;
        };
    }

    private static String bucketOperation(String method, String query) {
        return switch (method) {
            case "PUT" -> "CreateBucket";
            case "POST" -> "DeleteObjects";
            case "GET" ->
                has(query, "uploads")
                        ? "ListMultipartUploads"
                        : has(query, "list-type")
                                ? "ListObjectsV2"
                                : "GetBucket" + (query.matches("[a-z]+=?") ? "-" + query.replace("=", "") : "");
            case "HEAD" -> "HeadBucket";
            case "DELETE" -> "DeleteBucket";
            default -> method;
        };
    }

    private static boolean has(String query, String name) {
        return query.matches("(.*&)?" + name + "([=&].*)?");
    }
}

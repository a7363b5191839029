package io.holdfast.testbed;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests without a body, by AWS Signature Version 4. */
final class RequestSigner {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    private final S3Server server;

    RequestSigner(S3Server server) {
        this.server = server;
    }

    /** Percent-encodes as the signature wants it. */
    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** Returns the headers that make a request a signed one. The query is encoded already, each name with its equals sign. */
    Map<String, String> headers(String method, String path, String query) {
        String time = TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        String day = time.substring(0, 8);
        String bodyHash = sha256("");
        String signed = "host;x-amz-content-sha256;x-amz-date";
        String canonical = String.join(
                "\n",
                method,
                path,
                Arrays.stream(query.split("&")).sorted().collect(Collectors.joining("&")),
                "host:" + server.endpoint().getAuthority(),
                "x-amz-content-sha256:" + bodyHash,
                "x-amz-date:" + time,
                "",
                signed,
                bodyHash);
        String scope = day + "/" + server.region() + "/s3/aws4_request";
        String toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope, sha256(canonical));
        byte[] key = ("AWS4" + server.secretKey()).getBytes(StandardCharsets.UTF_8);
        for (String step : new String[] {day, server.region(), "s3", "aws4_request"}) {
            key = hmac(key, step);
        }
        return Map.of(
                "x-amz-content-sha256",
                bodyHash,
                "x-amz-date",
                time,
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + server.accessKey() + "/" + scope + ",SignedHeaders=" + signed
                        + ",Signature=" + HexFormat.of().formatHex(hmac(key, toSign)));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

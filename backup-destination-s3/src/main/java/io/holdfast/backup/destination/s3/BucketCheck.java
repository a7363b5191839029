package io.holdfast.backup.destination.s3;

import io.holdfast.backup.Finding;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;

/** Looks at how a bucket is set up. What may not be looked at is no error. Blocks; runs within {@link Calls}. */
final class BucketCheck {
    /** An upload may take days on a slow line, and parts of it may be days old. */
    private static final int LEAST_DAYS = 7;

    private final Bucket bucket;
    private final S3Location location;
    private final List<Finding> findings = new ArrayList<>();

    BucketCheck(Bucket bucket, S3Location location) {
        this.bucket = bucket;
        this.location = location;
    }

    List<Finding> run() {
        lookAtConnection();
        lifecycleRules().ifPresent(this::lookAtRules);
        if (ifAllowed(bucket::keepsOldVersions, false, "versioning")) {
            findings.add(Finding.warning(
                    "versioned_bucket",
                    "The bucket keeps old versions: what retention deletes still takes space, and can be read by whoever"
                            + " may read versions. Let a lifecycle rule expire noncurrent versions"));
        }
        return findings;
    }

    private void lookAtConnection() {
        URI endpoint = location.endpoint();
        if (endpoint != null && endpoint.getScheme().equals("http") && !isLoopback(endpoint)) {
            findings.add(Finding.warning(
                    "unencrypted_connection",
                    "The endpoint is http: whoever is on the way can read and change what is sent. Use https"));
        }
    }

    private static boolean isLoopback(URI endpoint) {
        try {
            return InetAddress.getByName(endpoint.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private Optional<List<LifecycleRule>> lifecycleRules() {
        try {
            return Optional.of(bucket.lifecycleRules());
        } catch (SdkException e) {
            if (S3Errors.nameOf(e)
                    .filter("NoSuchLifecycleConfiguration"::equals)
                    .isPresent()) {
                return Optional.of(List.of());
            }
            unknown("lifecycle rules", e);
            return Optional.empty();
        }
    }

    private void lookAtRules(List<LifecycleRule> rules) {
        List<LifecycleRule> ours = rules.stream()
                .filter(rule -> rule.status() == ExpirationStatus.ENABLED && concernsUs(rule))
                .toList();
        ours.forEach(this::lookAt);
        if (ours.stream().allMatch(rule -> rule.abortIncompleteMultipartUpload() == null)) {
            findings.add(Finding.warning(
                    "no_abort_rule",
                    "No lifecycle rule aborts incomplete uploads: parts of uploads that were killed take space until the"
                            + " next sweep. A rule of " + LEAST_DAYS + " days or more does no harm"));
        }
    }

    private void lookAt(LifecycleRule rule) {
        String name = rule.id() == null ? "A lifecycle rule" : "The lifecycle rule \"" + rule.id() + "\"";
        Integer days = rule.abortIncompleteMultipartUpload() == null
                ? null
                : rule.abortIncompleteMultipartUpload().daysAfterInitiation();
        if (days != null && days < LEAST_DAYS) {
            findings.add(Finding.warning(
                    "uploads_aborted_early",
                    name + " aborts uploads after " + days + " days: a long backup would fail. Use " + LEAST_DAYS
                            + " or more"));
        }
        if (rule.expiration() != null
                && (rule.expiration().days() != null || rule.expiration().date() != null)) {
            findings.add(Finding.warning(
                    "objects_expire",
                    name + " deletes objects below \"" + location.folder()
                            + "\": backups will be damaged by it. Exclude the prefix; retention is Holdfast's"));
        }
    }

    /** A rule by tag or size may concern us as well. */
    @SuppressWarnings("deprecation") // rules of that time are still in force
    private boolean concernsUs(LifecycleRule rule) {
        LifecycleRuleFilter filter = rule.filter();
        String prefix = rule.prefix();
        if (filter != null) {
            prefix = filter.and() == null ? filter.prefix() : filter.and().prefix();
        }
        return prefix == null
                || prefix.startsWith(location.folder())
                || location.folder().startsWith(prefix);
    }

    private <T> T ifAllowed(Supplier<T> question, T otherwise, String what) {
        try {
            return question.get();
        } catch (SdkException e) {
            unknown(what, e);
            return otherwise;
        }
    }

    private void unknown(String what, SdkException error) {
        findings.add(Finding.info(
                "not_looked_at", "The bucket's " + what + " could not be looked at: " + S3Errors.reasonOf(error)));
    }
}

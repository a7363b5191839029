package io.holdfast.backup.destination.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Where the keys come from that requests are signed with. Looks at nothing before {@link #provider} is asked. */
interface S3Credentials {
    /** Returns a new provider, which the caller closes if it can be closed. */
    AwsCredentialsProvider provider();

    /** The two keys, and a session token where they are temporary. No text shows them. */
    static S3Credentials ofKeys(String accessKey, String secretKey, @Nullable String sessionToken) {
        return () -> StaticCredentialsProvider.create(
                sessionToken == null
                        ? AwsBasicCredentials.create(accessKey, secretKey)
                        : AwsSessionCredentials.create(accessKey, secretKey, sessionToken));
    }

    /** A profile of the files that the SDK reads. */
    static S3Credentials ofProfile(String name) {
        return () -> ProfileCredentialsProvider.create(name);
    }

    /** Whatever the SDK finds: environment, system properties, profile, container, instance. */
    static S3Credentials ofDefaultChain() {
        return () -> DefaultCredentialsProvider.builder().build();
    }
}

package io.holdfast.backup.destination.s3;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationProvider;
import java.util.Set;

/**
 * Opens destinations in a bucket of Amazon S3 or of a server that speaks its protocol.
 *
 * <p>Configuration: {@code s3://bucket/prefix?name=value}, or kind {@code s3} with {@code bucket} and {@code prefix} among
 * the properties. In a URI, {@code &} and {@code %} within a value are written {@code %26} and {@code %25}.
 *
 * <table>
 *   <caption>Properties</caption>
 *   <tr><th>name</th><th>meaning</th></tr>
 *   <tr><td>{@code bucket}</td><td>The bucket; required. A URI has it as its host.</td></tr>
 *   <tr><td>{@code prefix}</td><td>What stands before all keys; none by default. It has the form of a key. A URI has it as
 *       its path.</td></tr>
 *   <tr><td>{@code region}</td><td>The region; required unless there is an endpoint.</td></tr>
 *   <tr><td>{@code endpoint}</td><td>The server, {@code http://} or {@code https://}; Amazon S3 by default.</td></tr>
 *   <tr><td>{@code path-style}</td><td>Whether requests name the bucket in their path and not in the host's name; default
 *       {@code true} with an endpoint, else {@code false}.</td></tr>
 *   <tr><td>{@code access-key}, {@code secret-key}, {@code session-token}</td><td>The keys; the third for temporary
 *       ones.</td></tr>
 *   <tr><td>{@code profile}</td><td>A profile of the SDK's files, instead of keys.</td></tr>
 *   <tr><td>{@code credentials}</td><td>{@code default}: whatever the SDK's default chain finds, instead of keys. Roles need
 *       the SDK's {@code sts} module on the class path, single sign-on needs {@code sso}.</td></tr>
 *   <tr><td>{@code exclusive-commit}</td><td>What the server makes exclusive: {@code multipart} (default) for commits of any
 *       size, {@code small} for those of one part, {@code none}. See below.</td></tr>
 *   <tr><td>{@code part-size}</td><td>The size of the first parts, and of the largest object that is sent with one request;
 *       default {@code 8MiB}, from {@code 5MiB} to half of the memory.</td></tr>
 *   <tr><td>{@code parts-in-flight}</td><td>The most parts of one upload or read at once; default 4.</td></tr>
 *   <tr><td>{@code memory}</td><td>The most memory for one upload or read; default {@code 128MiB}.</td></tr>
 *   <tr><td>{@code connections}</td><td>The most requests at once, of all uploads and reads; default 32.</td></tr>
 *   <tr><td>{@code timeout}</td><td>How long a request may take without a byte moving; default {@code 60s}.</td></tr>
 *   <tr><td>{@code connect-timeout}</td><td>How long a connection may take to be made; default {@code 10s}.</td></tr>
 *   <tr><td>{@code attempts}</td><td>How often a request is tried at most; default 5.</td></tr>
 *   <tr><td>{@code call-timeout}</td><td>How long a request may take with all its attempts; default {@code 15m}.</td></tr>
 *   <tr><td>{@code checksums}</td><td>{@code supported} (default), or {@code required} for servers that refuse the
 *       checksums and the chunked signatures of today.</td></tr>
 *   <tr><td>{@code storage-class}</td><td>The storage class of objects; the bucket's own by default.</td></tr>
 *   <tr><td>{@code encryption}</td><td>The server's encryption: {@code bucket-default}, {@code sse-s3} or
 *       {@code sse-kms}.</td></tr>
 *   <tr><td>{@code kms-key}</td><td>The id of the key for {@code sse-kms}; the account's own by default.</td></tr>
 *   <tr><td>{@code tags}</td><td>Tags of every object: {@code name=value,name=value}.</td></tr>
 *   <tr><td>{@code ca-file}</td><td>A file of certificates in PEM form, trusted instead of the JVM's.</td></tr>
 *   <tr><td>{@code proxy}, {@code proxy-user}, {@code proxy-password}</td><td>The proxy, {@code http://host:port}; by default
 *       what the JVM's properties and the environment say.</td></tr>
 *   <tr><td>{@code reserved-prefixes}</td><td>Prefixes of this bucket that something else uses, such as a block store, with
 *       commas between; empty means the whole bucket.</td></tr>
 * </table>
 *
 * <p>Rights: {@code s3:PutObject}, {@code GetObject}, {@code DeleteObject}, {@code AbortMultipartUpload} and
 * {@code ListMultipartUploadParts} on the objects, {@code ListBucket} and {@code ListBucketMultipartUploads} on the bucket;
 * for a complete {@link Destination#check} also {@code GetLifecycleConfiguration} and {@code GetBucketVersioning}. Without
 * {@code ListBucket} a server refuses to say that an object is missing.
 *
 * <p>Exclusive commits: objects are written with {@code If-None-Match: *}. Before the first commit of each form, a probe
 * below {@code probe/} finds out whether the server heeds it; if it does not, the commit is
 * {@code destination_config_invalid}, and {@code exclusive-commit} has to say so. Where a form is not exclusive, the driver
 * looks before it writes, which is enough for one writer. No probe can find out that a server mostly heeds it.
 *
 * <p>Promises, beyond the contract's own:
 *
 * <ul>
 *   <li>An object of up to {@code part-size} is one request to write, and one of up to 1 MiB is one request to read.
 *   <li>A reader gets one version of an object or the error {@code integrity_mismatch}.
 *   <li>A commit whose answer is lost is recognised by a random token in the object's metadata.
 *   <li>Durability and privacy are the server's: no access list is set.
 *   <li>Objects in other forms of name, such as the folders that some tools make, are not listed.
 *   <li>The time of an object in parts may be that of the upload's begin; Amazon S3 does so.
 * </ul>
 *
 * <p>{@link Destination#discardAbandoned} judges an upload by its newest part, or by its begin. A writer of another process
 * that has sent nothing since the given time is taken for dead.
 *
 * <p>Memory: an upload takes its parts in flight and the one that fills: with the default settings 40 MiB up to 5 GiB,
 * 64 MiB up to 20 GiB, 128 MiB beyond. Parts grow to {@code memory}, and an object has at most 10,000 of them: 1 TiB needs
 * the default of 128 MiB; 64 MiB are enough for 540 GiB. An upload of less takes what it has, in steps of 64 KiB. A read
 * takes up to {@code parts-in-flight} + 1 ranges of at most 8 MiB, 40 MiB by default, and less in the beginning. Threads are
 * daemons, and end when there has been nothing to do for a second.
 */
public final class S3DestinationProvider implements DestinationProvider {
    /** Creates the provider. */
    public S3DestinationProvider() {}

    /** Returns {@code s3}. */
    @Override
    public String kind() {
        return "s3";
    }

    /** Returns {@code s3}. */
    @Override
    public Set<String> uriSchemes() {
        return Set.of("s3");
    }

    /**
     * Opens the destination, without a request to anybody.
     *
     * @param config the bucket and the properties
     * @return the destination, which the caller closes
     * @throws io.holdfast.backup.destination.DestinationException with {@code destination_config_invalid} for properties
     *     that are wrong, {@code destination_path_conflict} if the prefix overlaps a reserved one
     */
    @Override
    public Destination open(DestinationConfig config) {
        return new S3Destination(SettingsReader.read(config));
    }
}

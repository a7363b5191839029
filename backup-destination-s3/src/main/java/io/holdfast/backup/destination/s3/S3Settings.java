package io.holdfast.backup.destination.s3;

/**
 * Everything that a configuration says. Its text holds no secret.
 *
 * @param location where the objects are
 * @param credentials where the keys come from
 * @param objects how objects are stored
 * @param plan how objects are cut into parts
 * @param network how the server is reached
 * @param exclusive which commits are exclusive
 */
record S3Settings(
        S3Location location,
        S3Credentials credentials,
        ObjectOptions objects,
        PartPlan plan,
        Network network,
        ExclusiveCommit exclusive) {
    @Override
    public String toString() {
        return "S3Settings[" + location.canonical() + "]";
    }
}

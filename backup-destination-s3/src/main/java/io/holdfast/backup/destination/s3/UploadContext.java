package io.holdfast.backup.destination.s3;

/**
 * What all uploads of a destination share.
 *
 * @param location where the objects are
 * @param bucket the requests
 * @param calls what runs them
 * @param errors what their failures are called
 * @param plan how objects are cut into parts
 * @param commits what makes objects visible
 * @param handles what is open
 */
record UploadContext(
        S3Location location,
        Bucket bucket,
        Calls calls,
        S3Errors errors,
        PartPlan plan,
        Commits commits,
        OpenHandles handles) {}

/** Whole backups over S3. */
@NullMarked
package io.holdfast.tests.s3;

import org.jspecify.annotations.NullMarked;

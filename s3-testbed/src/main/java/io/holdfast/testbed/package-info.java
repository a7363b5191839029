/** Local S3 servers, and bad weather before them. */
@NullMarked
package io.holdfast.testbed;

import org.jspecify.annotations.NullMarked;

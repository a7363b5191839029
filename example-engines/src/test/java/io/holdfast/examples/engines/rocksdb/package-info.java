@NullMarked
package io.holdfast.examples.engines.rocksdb;

import org.jspecify.annotations.NullMarked;

/** A store in RocksDB: a directory that is replaced by a restore. */
@NullMarked
package io.holdfast.examples.engines.rocksdb;

import org.jspecify.annotations.NullMarked;

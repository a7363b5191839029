/** Bad weather: a proxy that makes a network and a server fail by a script. */
@NullMarked
package io.holdfast.testbed.chaos;

import org.jspecify.annotations.NullMarked;

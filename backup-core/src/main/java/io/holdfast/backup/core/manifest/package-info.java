/** The control objects of an archive: their fields, their JSON form and the seal that guards every byte of them. */
@NullMarked
package io.holdfast.backup.core.manifest;

import org.jspecify.annotations.NullMarked;

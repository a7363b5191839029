package io.holdfast.backup.core.service.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.holdfast.Restore")
@Label("Restore")
@Category("Holdfast")
@Description("A live store was replaced by a backup")
@StackTrace(false)
@SuppressWarnings("NullAway.Init") // the recorder takes null for a value that is not set
final class RestoreEvent extends Event {
    @Label("Repository")
    String repository;

    @Label("Backup")
    String backup;

    @Label("Plain bytes")
    @DataAmount
    long plainBytes;

    @Label("Warnings")
    int warnings;
}

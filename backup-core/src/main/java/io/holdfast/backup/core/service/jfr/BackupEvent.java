package io.holdfast.backup.core.service.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.holdfast.Backup")
@Label("Backup")
@Category("Holdfast")
@Description("A backup has ended")
@StackTrace(false)
@SuppressWarnings("NullAway.Init") // the recorder takes null for a value that is not set
final class BackupEvent extends Event {
    @Label("Repository")
    String repository;

    @Label("Backup")
    String backup;

    @Label("Code")
    @Description("Why it failed; empty if it did not")
    String code = "";

    @Label("Plain bytes")
    @DataAmount
    long plainBytes;

    @Label("Stored bytes")
    @DataAmount
    long storedBytes;

    @Label("Milliseconds")
    long millis;
}

package io.holdfast.backup.core.service.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.holdfast.Verification")
@Label("Verification")
@Category("Holdfast")
@Description("A backup was verified, or restored by a drill")
@StackTrace(false)
@SuppressWarnings("NullAway.Init") // the recorder takes null for a value that is not set
final class VerificationEvent extends Event {
    @Label("Repository")
    String repository;

    @Label("Backup")
    String backup;

    @Label("Level")
    String level;

    @Label("Code")
    @Description("What is wrong; empty if nothing is")
    String code = "";

    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Milliseconds")
    long millis;
}

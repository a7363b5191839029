package io.holdfast.backup.core.service.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.holdfast.Retention")
@Label("Retention")
@Category("Holdfast")
@Description("A pass of retention has ended, or waits for an operator")
@StackTrace(false)
@SuppressWarnings("NullAway.Init") // the recorder takes null for a value that is not set
final class RetentionEvent extends Event {
    @Label("Repository")
    String repository;

    @Label("Deleted")
    int deleted;

    @Label("Failures")
    int failures;

    @Label("Doubts")
    @Description("What an operator has to confirm")
    int doubts;
}

package io.holdfast.backup.core.service.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.holdfast.Request")
@Label("Destination request")
@Category("Holdfast")
@Description("A call of a destination, from its beginning to its end")
@StackTrace(false)
@SuppressWarnings("NullAway.Init") // the recorder takes null for a value that is not set
final class RequestEvent extends Event {
    @Label("Operation")
    String operation;

    @Label("Key")
    String key;

    @Label("Code")
    @Description("Why it failed; empty if it did not")
    String code = "";
}

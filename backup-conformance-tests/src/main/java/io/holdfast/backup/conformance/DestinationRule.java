package io.holdfast.backup.conformance;

/** The rules for destinations, each with what a user loses when a driver breaks it. */
enum DestinationRule implements ContractRule {
    D1("An object is absent, then whole", "a restore or a sweep acts on half an object"),
    D2(
            "Objects are written once",
            "two writers both believe that they published, and one backup is lost without a word"),
    D3("What was committed survives a crash", "a backup that was reported as done is gone after a power cut"),
    D4(
            "What was written is seen at once, from everywhere",
            "another process decides from an old state: it deletes or repeats"),
    D5(
            "Lists are complete and in order",
            "backups beyond a page are never found: not restored, not held, swept as orphans"),
    D6("Deleting is exact, durable and may be repeated", "retention deletes what it should keep, or frees nothing"),
    D7(
            "An upload that did not end leaves nothing; one that lives is left alone",
            "a running backup is destroyed, or garbage fills the destination"),
    D8("A read begins anywhere and never ends early in silence", "a truncated archive is taken for a whole one"),
    D9(
            "Only what is known to be missing is missing",
            "a sweep deletes published data because a server was busy for a second"),
    D10("Keys have one form, and all keys of that form work", "names from outside reach files beyond the destination"),
    D11("All methods are safe for many threads", "bytes of one backup end up in another"),
    D12(
            "An interrupted thread stops soon, and stays interrupted",
            "a cancelled backup keeps running, or a shutdown hangs"),
    D13(
            "Failures carry the right code and their cause, and no secret",
            "operators and retries act on the wrong reason"),
    D14("After close nothing stays behind", "a long-lived service runs out of file handles or threads"),
    D15("Every size works alike", "a backup whose size hits a buffer's edge cannot be restored"),
    D16("Memory is bounded, whatever the size", "a big store takes its application down with an OutOfMemoryError"),
    D17(
            "An unknown outcome is reported as unknown",
            "a published backup is reported as failed, or a lost one as published"),
    D18("Objects are private", "other users of the host or the internet read the backup");

    private final String text;
    private final String cost;

    DestinationRule(String text, String cost) {
        this.text = text;
        this.cost = cost;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String cost() {
        return cost;
    }
}

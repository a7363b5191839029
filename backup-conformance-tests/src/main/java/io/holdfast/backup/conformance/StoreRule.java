package io.holdfast.backup.conformance;

/** The rules for stores, each with what a user loses when a store breaks it. */
enum StoreRule implements ContractRule {
    A1("The capability is the type", "a store is believed to be backed up and never was"),
    A2(
            "Bytes and ids come from one consistent snapshot",
            "the restored store never existed, or refers to blocks that the collector has deleted"),
    A3("A restore into a store that holds data changes nothing", "a slip of an operator destroys a living store"),
    A4(
            "A stream that is cut, changed or foreign is refused, never half-loaded",
            "a damaged backup is restored as if it were whole"),
    A5(
            "A call that is cancelled or fails ends soon, and the store serves on",
            "a failed backup takes the application down, fills its disk, or is reported as good"),
    A6("Payload ids name immutable content", "a block is overwritten under a backup that needs it");

    private final String text;
    private final String cost;

    StoreRule(String text, String cost) {
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

    @Override
    public boolean provable() {
        return this != A6;
    }
}

package io.holdfast.backup.conformance;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who can see what was written. */
abstract class PrivacyRules {
    @Test
    @Rule("D18")
    void objects_are_private(Bench bench) throws Exception {
        bench.put(bench.key("top"), bench.content(10));
        bench.put(bench.key("in/folders/deep/down"), bench.content(0));
        bench.put(bench.key("big"), bench.bigContent());
        expectNothingExposed(bench, "after commits");
    }

    @Test
    @Rule("D18")
    void uploads_in_progress_are_private(Bench bench) throws Exception {
        bench.begin(bench.key("in/progress"), bench.bigContent());
        expectNothingExposed(bench, "during an upload");
    }

    private static void expectNothingExposed(Bench bench, String when) throws Exception {
        List<String> exposed = bench.suite()
                .exposures(bench.destination())
                .orElseThrow(() -> new Untestable("nobody looks; override exposures"));
        Expect.that(exposed.isEmpty(), "others than the owner can reach " + when + ": " + exposed, "nothing");
    }
}

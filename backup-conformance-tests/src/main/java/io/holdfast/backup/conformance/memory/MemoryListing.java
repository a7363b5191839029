package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.destination.ObjectInfo;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;

/** Lists page by page, as its consumer asks for more. */
final class MemoryListing extends Spliterators.AbstractSpliterator<ObjectInfo> {
    private final MemoryDestination destination;
    private final String prefix;
    private String last;
    private boolean first = true;
    private boolean more = true;
    private Iterator<ObjectInfo> page = List.<ObjectInfo>of().iterator();

    MemoryListing(MemoryDestination destination, String prefix, String startAfter) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL);
        this.destination = destination;
        this.prefix = prefix;
        this.last = startAfter;
    }

    @Override
    public boolean tryAdvance(Consumer<? super ObjectInfo> action) {
        if (!page.hasNext() && more) {
            fetch();
        }
        if (!page.hasNext()) {
            return false;
        }
        ObjectInfo next = page.next();
        last = next.key();
        action.accept(next);
        return true;
    }

    private void fetch() {
        destination.requireUsable();
        List<ObjectInfo> fetched = destination.server().page(prefix, last, first);
        first = false;
        more = fetched.size() == destination.server().pageSize();
        page = fetched.iterator();
    }
}

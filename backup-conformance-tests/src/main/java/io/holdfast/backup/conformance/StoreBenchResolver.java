package io.holdfast.backup.conformance;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives each test a bench of its own, and clears it away after the test. */
final class StoreBenchResolver implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(StoreBenchResolver.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == StoreBench.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // JUnit closes what lies in the store when the test has ended.
        return context.getStore(NAMESPACE)
                .computeIfAbsent(
                        StoreBench.class, key -> new StoreBench(BackupableConformance.of(context)), StoreBench.class);
    }
}

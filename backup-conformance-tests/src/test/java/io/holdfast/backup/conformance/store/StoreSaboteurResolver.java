package io.holdfast.backup.conformance.store;

import io.holdfast.backup.conformance.score.Contestant;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives the suite the saboteur that the launch names. */
final class StoreSaboteurResolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == StoreSaboteur.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return StoreSaboteur.named(
                context.getConfigurationParameter(Contestant.PARAMETER).orElseThrow());
    }
}

package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.conformance.score.Contestant;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives the suite the saboteur that the launch names. */
final class SaboteurResolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Saboteur.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        String name = Objects.requireNonNull(
                context.getConfigurationParameter(Contestant.PARAMETER).orElse(null));
        return Saboteur.named(name);
    }
}

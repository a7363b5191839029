package io.holdfast.backup.conformance;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGenerator;

/** Names tests by their rule and their method: a report reads like the contract. */
final class RuleNames extends DisplayNameGenerator.ReplaceUnderscores {
    @Override
    public String generateDisplayNameForMethod(
            List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
        String words = testMethod.getName().replace('_', ' ');
        Rule rule = testMethod.getAnnotation(Rule.class);
        return rule == null ? words : rule.value() + " " + words;
    }
}

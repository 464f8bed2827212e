package dev.ext4j.cli.syntax;

import java.util.List;

/**
 * A word that is not an option.
 *
 * @param label its name in the help
 * @param required whether it is required; optional words come last
 * @param repeated whether it stands for any number of words; only the last parameter may
 * @param choices the possible words, empty for any
 * @param description one or two sentences
 */
public record ParameterSyntax(
    String label, boolean required, boolean repeated, List<String> choices, String description) {}

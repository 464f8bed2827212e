package dev.ext4j.cli.syntax;

import java.util.List;

/**
 * A word that is no option.
 *
 * @param label what it is called in help
 * @param required whether it must be there; the optional ones come last
 * @param repeated whether any number of words may stand for it; only the last one may
 * @param choices the words possible, empty for any
 * @param description one or two sentences
 */
public record ParameterSyntax(
    String label, boolean required, boolean repeated, List<String> choices, String description) {}

package dev.ext4j.cli.text;

import java.util.ArrayList;
import java.util.List;

/**
 * A splitter of a line of a script into words, with rules as in a shell. Blanks separate words.
 * Text in {@code '...'} stays unchanged. In {@code "..."} a backslash protects {@code " \ $ `}, and
 * outside of quotes it protects any character. {@code #} at the start of a word begins a comment.
 * Nothing is expanded.
 */
public final class ShellWords {
  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int next;

  private ShellWords(String line) {
    this.line = line;
  }

  /** Returns the words of {@code line}, none for an empty line or a comment. */
  public static List<String> split(String line) throws UsageException {
    ShellWords splitter = new ShellWords(line);
    splitter.run();
    return splitter.words;
  }

  private void run() throws UsageException {
    while (next < line.length()) {
      char c = line.charAt(next++);
      if (c == ' ' || c == '\t' || c == '\r') {
        endWord();
      } else if (c == '#' && !inWord) {
        return;
      } else {
        inWord = true;
        switch (c) {
          case '\'' -> singleQuoted();
          case '"' -> doubleQuoted();
          case '\\' -> word.append(protectedCharacter());
          default -> word.append(c);
        }
      }
    }
    endWord();
  }

  private void singleQuoted() throws UsageException {
    int end = line.indexOf('\'', next);
    if (end < 0) {
      throw new UsageException("a ' without its partner");
    }
    word.append(line, next, end);
    next = end + 1;
  }

  private void doubleQuoted() throws UsageException {
    while (next < line.length()) {
      char c = line.charAt(next++);
      if (c == '"') {
        return;
      }
      if (c != '\\') {
        word.append(c);
      } else {
        char escaped = protectedCharacter();
        if ("\"\\$`".indexOf(escaped) < 0) {
          word.append('\\');
        }
        word.append(escaped);
      }
    }
    throw new UsageException("a \" without its partner");
  }

  private char protectedCharacter() throws UsageException {
    if (next == line.length()) {
      throw new UsageException("a backslash at the end of the line");
    }
    return line.charAt(next++);
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}

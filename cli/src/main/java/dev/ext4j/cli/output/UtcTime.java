package dev.ext4j.cli.output;

import java.time.Instant;

/**
 * Points in time as text in UTC. This class does without the formatters of java.time, because
 * loading them takes longer than a command runs.
 */
public final class UtcTime {
  /** The length of the text from {@link #seconds} for a year of four digits. */
  public static final int SECONDS_WIDTH = 19;

  private static final int SECONDS_PER_DAY = 86_400;

  private UtcTime() {}

  /** Returns the time as in "2026-11-22 18:58:00". */
  public static String seconds(Instant time) {
    long second = time.getEpochSecond();
    long day = Math.floorDiv(second, SECONDS_PER_DAY);
    int rest = (int) Math.floorMod(second, (long) SECONDS_PER_DAY);
    StringBuilder text = new StringBuilder(32);
    date(text, day);
    text.append(' ');
    padded(text, rest / 3600, 2).append(':');
    padded(text, rest / 60 % 60, 2).append(':');
    return padded(text, rest % 60, 2).toString();
  }

  /** Returns the time as in "2026-11-22 18:58:00.000000000 +0000". */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // the seconds come first
  public static String nanoseconds(Instant time) {
    StringBuilder text = new StringBuilder(seconds(time)).append('.');
    return padded(text, time.getNano(), 9).append(" +0000").toString();
  }

  /**
   * Appends the date of a number of days since 1970, with the algorithm of Howard Hinnant's
   * civil_from_days.
   */
  private static void date(StringBuilder text, long day) {
    long shifted = day + 719_468;
    long era = Math.floorDiv(shifted, 146_097L);
    long dayOfEra = shifted - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long marchMonth = (5 * dayOfYear + 2) / 153;
    long dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
    long month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    padded(text, year, 4).append('-');
    padded(text, month, 2).append('-');
    padded(text, dayOfMonth, 2);
  }

  private static StringBuilder padded(StringBuilder text, long value, int width) {
    for (int digits = Output.digits(value); digits < width; digits++) {
      text.append('0');
    }
    return text.append(value);
  }
}

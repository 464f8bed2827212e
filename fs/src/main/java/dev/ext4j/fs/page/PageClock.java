package dev.ext4j.fs.page;

import org.jspecify.annotations.Nullable;

/**
 * The pages of a cache in the order in which the clock visits them. Each page is linked with its
 * neighbours, so that a dropped page can be removed at once.
 */
final class PageClock {
  private @Nullable Page first;
  private @Nullable Page last;

  /**
   * The links of a page in the list of a clock. The monitor of the {@link PageClock} guards them.
   */
  static final class Place {
    private @Nullable Page before;
    private @Nullable Page behind;
    private boolean taken;
  }

  /** Adds a page at the end. */
  synchronized void add(Page page) {
    Place place = page.place;
    place.taken = true;
    place.before = last;
    place.behind = null;
    if (last == null) {
      first = page;
    } else {
      last.place.behind = page;
    }
    last = page;
  }

  /** Removes a page; does nothing if the clock does not have it. */
  synchronized void remove(Page page) {
    Place place = page.place;
    if (!place.taken) {
      return;
    }
    place.taken = false;
    if (place.before == null) {
      first = place.behind;
    } else {
      place.before.place.behind = place.behind;
    }
    if (place.behind == null) {
      last = place.before;
    } else {
      place.behind.place.before = place.before;
    }
    place.before = null;
    place.behind = null;
  }

  /**
   * Returns the page that the clock visits next, and moves it to the end. Returns null if there is
   * none.
   */
  synchronized @Nullable Page next() {
    Page page = first;
    if (page != null && page != last) {
      remove(page);
      add(page);
    }
    return page;
  }
}

package dev.ext4j.fs;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A test that concurrent operations of the subclass look as if they were done one after the other.
 * Lincheck runs them in real threads and in many interleavings that it chooses.
 */
@Isolated("Lincheck changes the classes of the JVM")
public abstract class LinearizableTest {
  @Test
  @Tag("model")
  void manyThreads_seeOneOrder() {
    new StressOptions()
        .iterations(30)
        .invocationsPerIteration(2000)
        .threads(3)
        .actorsPerThread(3)
        .check(getClass());
  }

  @Test
  @Tag("model")
  void anyInterleaving_isOneOrder() {
    new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(500)
        .threads(2)
        .actorsPerThread(3)
        .check(getClass());
  }
}

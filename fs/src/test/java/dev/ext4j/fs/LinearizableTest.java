package dev.ext4j.fs;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Operations of the class below, by several threads at once, must look as if done one after the
 * other: tried with real threads, and in many interleavings that Lincheck chooses.
 */
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

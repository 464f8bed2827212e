package dev.ext4j.blockdev.posix;

class Loop512ContractTest extends LoopContract {
  Loop512ContractTest() {
    super(512, false);
  }
}

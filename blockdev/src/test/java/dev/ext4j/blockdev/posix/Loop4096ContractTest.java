package dev.ext4j.blockdev.posix;

class Loop4096ContractTest extends LoopContract {
  Loop4096ContractTest() {
    super(4096, false);
  }
}

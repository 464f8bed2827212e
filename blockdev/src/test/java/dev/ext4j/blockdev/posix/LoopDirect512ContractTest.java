package dev.ext4j.blockdev.posix;

class LoopDirect512ContractTest extends LoopContract {
  LoopDirect512ContractTest() {
    super(512, true);
  }
}

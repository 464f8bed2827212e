package dev.ext4j.blockdev.posix;

class LoopDirect4096ContractTest extends LoopContract {
  LoopDirect4096ContractTest() {
    super(4096, true);
  }
}

/** A program that uses ext4j as a Java module. */
module user.of.ext4j {
  requires dev.ext4j.fs;
}

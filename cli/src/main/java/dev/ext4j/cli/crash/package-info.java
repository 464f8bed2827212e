/**
 * The proof that a command is safe against crashes: {@link dev.ext4j.cli.crash.RecordingDisk} keeps
 * what the command did to the disk in a {@link dev.ext4j.cli.crash.WriteLog}, {@link
 * dev.ext4j.cli.crash.CrashPlan} lists what a crash could have left of it, {@link
 * dev.ext4j.cli.crash.CrashDisk} makes such a disk and {@link dev.ext4j.cli.crash.StateJudge} looks
 * for anything lost. The image itself is only read.
 */
@NullMarked
package dev.ext4j.cli.crash;

import org.jspecify.annotations.NullMarked;

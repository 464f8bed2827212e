/**
 * The proof that a command is safe against crashes. {@link dev.ext4j.cli.crash.RecordingDisk}
 * records the changes that the command made to the disk in a {@link dev.ext4j.cli.crash.WriteLog}.
 * {@link dev.ext4j.cli.crash.CrashPlan} lists the states that a crash could have left. {@link
 * dev.ext4j.cli.crash.CrashDisk} builds such a disk, and {@link dev.ext4j.cli.crash.StateJudge}
 * looks for lost data. The image itself is only read.
 */
@NullMarked
package dev.ext4j.cli.crash;

import org.jspecify.annotations.NullMarked;

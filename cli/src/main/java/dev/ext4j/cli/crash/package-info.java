/**
 * The test whether a command is safe against crashes. {@link dev.ext4j.cli.crash.RecordingDisk}
 * records the changes that the command made to the disk in a {@link dev.ext4j.cli.crash.WriteLog}.
 * {@link dev.ext4j.cli.crash.CrashPlan} lists the states that a crash could have left. {@link
 * dev.ext4j.cli.crash.CrashDisk} builds the disk of such a state, and {@link
 * dev.ext4j.cli.crash.StateJudge} searches it for lost data. The image itself is only read.
 */
@NullMarked
package dev.ext4j.cli.crash;

import org.jspecify.annotations.NullMarked;

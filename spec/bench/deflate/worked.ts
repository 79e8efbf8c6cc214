// A clock that other processes do not disturb.

/**
 * Milliseconds that this process was at work, with all its threads. Pinned to one core that is the time that passed,
 * less what other processes took of it: so a busy machine does not decide.
 */
export function worked(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

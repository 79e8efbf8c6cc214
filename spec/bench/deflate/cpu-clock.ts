// A clock of CPU time, which other processes do not affect.

/**
 * Returns the CPU time of this process in milliseconds, of all threads. On one core, this is the elapsed time minus that of
 * other processes.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

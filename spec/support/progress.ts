// How far a long command is, on standard error: its results are what standard output is for.

const everyMs = 10_000;
let toldAt = -Infinity;

/** On a terminal one line that is written over and over; elsewhere a line each ten seconds. */
export function progress(line: string): void {
  const now = performance.now();
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`);
  else if (now - toldAt >= everyMs) {
    toldAt = now;
    process.stderr.write(`${line}\n`);
  }
}

/** Before anything else is printed. */
export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

// Prints the progress of a long command to standard error, because standard output is for its results.

const everyMs = 10_000;
let toldAt = -Infinity;

/** Shows a line that is overwritten on a terminal; elsewhere prints a line every ten seconds. */
export function progress(line: string): void {
  const now = performance.now();
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`);
  else if (now - toldAt >= everyMs) {
    toldAt = now;
    process.stderr.write(`${line}\n`);
  }
}

/** Clears the line. Call it before anything else is printed. */
export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

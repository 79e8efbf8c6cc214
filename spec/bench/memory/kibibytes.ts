// Formats bytes as KiB for the tables of memory.

export function kibibytes(bytes: number): string {
  return (bytes / 1024).toFixed(Math.abs(bytes) < 2 ** 20 ? 1 : 0);
}

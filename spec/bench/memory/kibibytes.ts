// Bytes as the tables of memory show them.

export function kibibytes(bytes: number): string {
  return (bytes / 1024).toFixed(Math.abs(bytes) < 2 ** 20 ? 1 : 0);
}

// Splits bytes into lines of text without line ends. The last line needs no line end.

/** Yields each line when it is complete. Reads no chunk before the consumer needs it. */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let started = '';
  for await (const chunk of input) {
    const [first, ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    started += first;
    for (const other of others) {
      yield withoutReturn(started);
      started = other;
    }
  }
  started += decoder.decode();
  if (started !== '') yield withoutReturn(started);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

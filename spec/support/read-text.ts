// Reads the buffered text of a readable stream of Node.

/** Returns all text that can be read without waiting. Since Node 26 one `read()` gives one chunk. */
export function readText(stream: { read(): unknown }): string {
  let text = '';
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk);
  return text;
}

// Escapes text of a peer so that it cannot control a terminal.

/** Escapes control characters, except for tabs and line ends. */
export function printable(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, escaped);
}

/** Escapes all control characters, so that the result is one line. */
export function onOneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

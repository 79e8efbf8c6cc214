// Text of a peer → text that cannot control a terminal.

/** Escapes control characters, except for tabs and line ends. */
export function printable(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, escaped);
}

/** Escapes all control characters: the result is one line. */
export function onOneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

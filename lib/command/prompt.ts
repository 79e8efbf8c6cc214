// A prompt on a terminal, with editing and history. Received messages are printed above it.

import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { onOneLine } from '../base/printable.ts';
import type { Screen } from './screen.ts';

/** The lines that a person types, and a screen for output meanwhile. */
export class Prompt implements Screen {
  readonly isTerminal = true;
  readonly #input: Readable;
  readonly #output: Writable;
  /** Absent until the first line is requested; until then Ctrl-C ends the process, and output is printed plainly. */
  #readline: Interface | undefined;
  #interrupted = false;
  #closed = false;
  /** True if the last printed piece ended a line. */
  #atLineStart = true;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
  }

  /** True if Ctrl-C has ended the lines. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Yields the lines until the person types Ctrl-D or Ctrl-C. */
  async *lines(): AsyncGenerator<string, void> {
    if (this.#closed) return;
    const readline = this.#open();
    readline.prompt();
    for await (const line of readline) {
      yield line;
      if (!this.#closed) readline.prompt();
    }
  }

  write(piece: string | Uint8Array): undefined {
    this.#leavePrompt();
    this.#output.write(piece);
    this.#atLineStart = typeof piece === 'string' && piece.endsWith('\n');
    if (this.#atLineStart) this.#showPrompt();
  }

  notice(line: string): void {
    this.write(`${onOneLine(line)}\n`);
  }

  /** Ends the lines. */
  close(): void {
    this.#closed = true;
    this.#readline?.close();
  }

  #open(): Interface {
    const readline = createInterface({
      input: this.#input,
      output: this.#output,
      terminal: true,
      prompt: '> ',
      historySize: 1000,
      removeHistoryDuplicates: true,
    });
    readline.once('SIGINT', () => {
      this.#interrupted = true;
      readline.close();
    });
    readline.once('close', () => {
      this.#closed = true;
      this.#output.write('\n');
    });
    this.#readline = readline;
    return readline;
  }

  #leavePrompt(): void {
    if (this.#readline === undefined || this.#closed || !this.#atLineStart) return;
    moveCursor(this.#output, 0, -this.#readline.getCursorPos().rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
  }

  #showPrompt(): void {
    if (this.#readline === undefined || this.#closed) return;
    // The rows that readline takes to be above the cursor are already cleared.
    Object.assign(this.#readline, { prevRows: 0 });
    this.#readline.prompt(true);
  }
}

// The output of the command: messages on standard output, at the speed of its reader; notices on standard error.

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { onOneLine } from './printable.ts';

/** Where messages and notices are printed. */
export interface Screen {
  /** Whether a person reads the messages, so that they must not control the terminal. */
  readonly isTerminal: boolean;
  /** Prints a piece of the messages; settles when there is room for the next. */
  write(piece: string | Uint8Array): Promise<void> | undefined;
  /** Prints a line about what happens. Control characters are escaped. */
  notice(line: string): void;
}

/** Standard output and standard error, or a file in place of standard output. */
export class StreamScreen implements Screen {
  readonly isTerminal: boolean;
  readonly #output: Writable;
  readonly #notices: Writable;

  /** @param notices - where notices go. Default: where the messages go */
  constructor(output: Writable & { readonly isTTY?: boolean }, notices: Writable = output) {
    this.isTerminal = output.isTTY === true;
    this.#output = output;
    this.#notices = notices;
  }

  write(piece: string | Uint8Array): Promise<void> | undefined {
    return this.#output.write(piece) ? undefined : room(this.#output);
  }

  notice(line: string): void {
    this.#notices.write(`${onOneLine(line)}\n`);
  }
}

async function room(output: Writable): Promise<void> {
  if (output.writableNeedDrain) await once(output, 'drain');
}

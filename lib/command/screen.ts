// The output of the command: messages on standard output, at the speed of its reader; notices on standard error.

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { onOneLine } from '../base/printable.ts';

/** The output for messages and notices. */
export interface Screen {
  /** True if messages go to a terminal, which they must not control. */
  readonly isTerminal: boolean;
  /** Prints a piece of the messages. Settles when there is room for the next. */
  write(piece: string | Uint8Array): Promise<void> | undefined;
  /** Prints a notice on one line. Control characters are escaped. */
  notice(line: string): void;
}

/** Prints to standard output and standard error, or to a file instead of standard output. */
export class StreamScreen implements Screen {
  readonly isTerminal: boolean;
  readonly #output: Writable;
  readonly #notices: Writable;

  /** @param notices - the output for notices. Default: that for messages */
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

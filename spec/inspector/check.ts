// A row of the table.

import type { Desk } from './desk.ts';

/** The addresses that the page comes from. */
export interface Addresses {
  /** The page as `npm start` serves it. */
  readonly served: string;
  /** The page as a file. */
  readonly file: string;
  /** Ends the demo server; resolves with its exit code. */
  stopServer(): Promise<number>;
}

export interface Check {
  readonly name: string;
  /** The window and colours of the browser; default: a wide window in light colours. */
  readonly look?: Look;
  /** Rejects if something is not as it should be. */
  run(desk: Desk, addresses: Addresses): Promise<void>;
}

export type Look = 'wide' | 'dark' | 'narrow' | 'narrow dark' | 'still';

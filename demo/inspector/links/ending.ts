// The end of a connection, in one line of facts.

import type { CloseRecord } from '../wsluice.ts';

export interface Ending {
  /** The code of the Close that began, or of the failure; undefined: it had none. */
  readonly closeCode: number | undefined;
  readonly reason: string;
  readonly wasClean: boolean;
  /** The server's side of it, if it is known. */
  readonly record: CloseRecord | undefined;
}

/** The facts that a client knows at the end. */
export interface ClientEnding {
  readonly closeCode: number | undefined;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** Joins what both sides know. */
export function endingOf(client: ClientEnding, record: CloseRecord | undefined): Ending {
  // The Close that began has the code and the reason; other servers may reply with the code alone.
  const first = record?.initiator === 'remote' ? record.received : record?.sent;
  const { closeCode, reason } = first ?? client;
  return { closeCode, reason, wasClean: client.wasClean && record?.wasClean !== false, record };
}

/** Returns the facts that `closed` of one of our sockets gives. */
export function closedOf(closed: Promise<{ closeCode: number; reason: string }>): Promise<ClientEnding> {
  return closed.then(
    ({ closeCode, reason }) => ({ closeCode, reason, wasClean: true }),
    ({ closeCode, reason }) => ({ closeCode: closeCode ?? undefined, reason, wasClean: false }),
  );
}

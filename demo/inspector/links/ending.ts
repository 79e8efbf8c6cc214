// The end of a connection, as the client and the server report it.

import type { CloseRecord } from '../wsluice.ts';

export interface Ending {
  /** The code of the first Close frame, or of the failure, if it had one. */
  readonly closeCode: number | undefined;
  readonly reason: string;
  readonly wasClean: boolean;
  /** The server's close record, if it is known. */
  readonly record: CloseRecord | undefined;
}

/** The end as the client reports it. */
export interface ClientEnding {
  readonly closeCode: number | undefined;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** Joins the reports of both sides. */
export function endingOf(client: ClientEnding, record: CloseRecord | undefined): Ending {
  // Take the code and reason of the first Close frame, because a reply may have the code alone.
  const first = record?.initiator === 'remote' ? record.received : record?.sent;
  const { closeCode, reason } = first ?? client;
  return { closeCode, reason, wasClean: client.wasClean && record?.wasClean !== false, record };
}

/** Returns the report of a socket of wsluice. */
export function closedOf(closed: Promise<{ closeCode: number; reason: string }>): Promise<ClientEnding> {
  return closed.then(
    ({ closeCode, reason }) => ({ closeCode, reason, wasClean: true }),
    ({ closeCode, reason }) => ({ closeCode: closeCode ?? undefined, reason, wasClean: false }),
  );
}

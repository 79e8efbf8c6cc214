// The records that each process makes of a connection when it has ended.

import type { Fault } from './fault.ts';
import type { Break, Side } from './plan.ts';

export interface CloseFrameRecord {
  readonly closeCode?: number | undefined;
  readonly reason: string;
}

/** The record of a client or server. */
export interface SideRecord {
  readonly id: number;
  readonly from: Side;
  readonly outcome: 'clean' | 'failed' | 'refused';
  /** The error with which the connection failed; empty after a clean close. */
  readonly error: string;
  readonly failureCode: number | undefined;
  /** Messages that were written before this side closed. */
  readonly written: number;
  /** Writes that settled while the socket was open. */
  readonly settled: number;
  /** Messages sent, by the statistics of the socket. */
  readonly sent: number;
  readonly received: number;
  /** Whether the stream ended without being cancelled. */
  readonly readToEnd: boolean;
  readonly terminated: boolean;
  readonly initiator: 'local' | 'remote' | undefined;
  readonly closeSent: CloseFrameRecord | undefined;
  readonly closeReceived: CloseFrameRecord | undefined;
  readonly faults: readonly Fault[];
  readonly bytesReceived: number;
}

/** The record of the proxy. */
export interface ProxyRecord {
  readonly id: number;
  readonly from: 'proxy';
  /** The type of the planned break, if it happened. */
  readonly broke: Break['type'] | undefined;
}

export type ProcessRecord = SideRecord | ProxyRecord;

/** Returns the record of a connection that failed to open. */
export function refusedRecord(id: number, from: Side, error: unknown): SideRecord {
  const { message, cause } = error as Error;
  return {
    id,
    from,
    outcome: 'refused',
    error: `${message} (${cause})`,
    failureCode: undefined,
    written: 0,
    settled: 0,
    sent: 0,
    received: 0,
    bytesReceived: 0,
    readToEnd: false,
    terminated: false,
    initiator: undefined,
    closeSent: undefined,
    closeReceived: undefined,
    faults: [],
  };
}

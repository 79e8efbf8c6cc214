// Checks one connection: compares the records of client, server and proxy with its plan and with each other.

import type { Fault } from './fault.ts';
import type { Plan } from './plan.ts';
import type { ProxyRecord, SideRecord } from './records.ts';

export interface ConnectionRecords {
  readonly client: SideRecord;
  /** Absent if the request never reached the server. */
  readonly server?: SideRecord | undefined;
  readonly proxy?: ProxyRecord | undefined;
}

/** Close codes for a peer that violated the protocol or a limit. Neither side does that in a soak test. */
const violationCodes = [1002, 1003, 1007, 1009];

/** Returns the faults of a connection. Each text begins with the side that observed the fault. */
export function checkConnection(plan: Plan, records: ConnectionRecords): Fault[] {
  const { client, server } = records;
  const disturbed = isDisturbed(plan, records);
  const sides = server === undefined ? [client] : [client, server];
  const faults = sides.flatMap(side => [...side.faults, ...faultsOfEnd(plan, side, disturbed)]);
  if (server === undefined && !disturbed) faults.push(unexpected('the request did not reach the server'));
  if (server !== undefined && client.outcome !== 'refused' && server.outcome !== 'refused') {
    faults.push(...faultsOfDirection(plan, client, server, disturbed));
    faults.push(...faultsOfDirection(plan, server, client, disturbed));
  }
  return faults;
}

/**
 * Tells whether the connection may have ended early. The timeouts of a connection that the proxy is to silence are so
 * short that a slow machine may exceed them before.
 */
function isDisturbed(plan: Plan, { client, server, proxy }: ConnectionRecords): boolean {
  const terminated = client.terminated || server?.terminated === true;
  return terminated || proxy?.broke !== undefined || plan.break?.type === 'silence';
}

function unexpected(text: string): Fault {
  return { kind: 'unexpected end', text };
}

function faultsOfEnd(plan: Plan, side: SideRecord, disturbed: boolean): Fault[] {
  const { from, outcome, error, failureCode, initiator, closeSent } = side;
  if (outcome === 'clean') {
    const asPlanned = initiator !== 'local' || sameClose(closeSent, plannedClose(plan));
    return asPlanned ? [] : [unexpected(`${from} sent an unplanned Close: ${JSON.stringify(closeSent)}`)];
  }
  const violation = violationCodes.includes(failureCode ?? 0);
  return disturbed && !violation ? [] : [unexpected(`${from} ${outcome}: ${error}`)];
}

/** Returns the planned Close. Closing the writer sends one without a code. */
function plannedClose({ ending, closeCode, reason }: Plan): SideRecord['closeSent'] {
  return ending === 'writer' ? { reason: '' } : { closeCode, reason };
}

function sameClose(a: SideRecord['closeSent'], b: SideRecord['closeSent']): boolean {
  return a?.closeCode === b?.closeCode && a?.reason === b?.reason;
}

/** Returns the faults of one direction: messages sent before a Close must arrive before it. */
function faultsOfDirection(plan: Plan, from: SideRecord, to: SideRecord, disturbed: boolean): Fault[] {
  const faults: Fault[] = [];
  const lost = (text: string) => faults.push({ kind: 'lost', text: `${to.from}: ${text}` });
  if (to.received > from.sent) {
    faults.push({
      kind: 'duplicated',
      text: `${to.from}: received ${to.received} messages, but only ${from.sent} were sent`,
    });
  }
  if (to.closeReceived === undefined) return faults;
  if (!sameClose(from.closeSent, to.closeReceived)) {
    const [sent, received] = [from.closeSent, to.closeReceived].map(close => JSON.stringify(close));
    faults.push({
      kind: 'corrupt',
      text: `${to.from}: received the Close ${received}, but ${sent} was sent`,
    });
  }
  if (!to.readToEnd) return faults;
  // A side that closes early drops later messages that do not fit into its look-ahead.
  if (to.initiator === 'local' && plan.ending !== 'orderly') return faults;
  const received = `received ${to.received} of`;
  if (to.received < from.sent) lost(`${received} ${from.sent} sent messages`);
  if (to.received < from.settled) lost(`${received} ${from.settled} messages whose writes had settled`);
  if (closedAfterWrites(plan, from) && to.received < from.written) {
    lost(`${received} ${from.written} messages written before close()`);
  }
  const planned = plan[from.from].messages;
  if (plan.ending === 'orderly' && !disturbed && to.received !== planned) {
    lost(`${received} ${planned} planned messages`);
  }
  return faults;
}

/** Tells whether this side closed first, by a call that sends its pending messages before the Close. */
function closedAfterWrites({ ending }: Plan, { initiator }: SideRecord): boolean {
  return initiator === 'local' && ending !== 'abort' && ending !== 'terminate';
}

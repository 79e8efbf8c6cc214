// Runs the exchange of one case over one connection.

import { setImmediate as yieldToHost } from 'node:timers/promises';
import { type Bytes, join, pieces } from './bytes.ts';
import type { Case, Flood, Role, Rounds, Step } from './case.ts';
import { received, rounds, timeout } from './event.ts';
import { close, fragments } from './frame.ts';
import { faultOfOpening, type Head, header, parseHead, request, response, status } from './handshake.ts';
import { faultOfAnswer } from './negotiation.ts';
import { Tester } from './tester.ts';
import type { Wire } from './wire.ts';

/** The result of the opening handshake. */
export type Opening =
  | { readonly state: 'open' }
  | { readonly state: 'unimplemented'; readonly why: string }
  | { readonly state: 'closed'; readonly status: number; readonly why: string };

export interface Exchange {
  readonly tester: Tester;
  readonly opening: Opening;
}

/**
 * Performs the opening handshake, the steps of the case, and the closing handshake.
 *
 * @param role - the role of the endpoint under test; the tester has the other one
 */
export async function exchange(test: Case, wire: Wire, role: Role): Promise<Exchange> {
  const tester = new Tester(wire, role === 'server' ? 'client' : 'server', test.ignores);
  const timeoutMs = test.timeoutMs ?? 2000;
  const opening = await (role === 'server' ? dial(test, tester) : answer(test, tester));
  if (opening.state === 'open') {
    for (const step of test.steps) await perform(step, tester, timeoutMs);
    await finish(test, tester, timeoutMs);
  } else if (opening.state === 'closed') {
    await tester.until(() => tester.ended !== undefined, timeoutMs);
  }
  return { tester, opening };
}

async function dial(test: Case, tester: Tester): Promise<Opening> {
  await sendHead(request(test.deflate?.offer, test.handshake?.edits), test, tester);
  if (!(await hasHead(test, tester))) return { state: 'closed', status: 0, why: 'no response' };
  const head = parseHead(tester.head!);
  if (status(head) !== 101) return { state: 'closed', status: status(head), why: head.line };
  const extensions = header(head, 'sec-websocket-extensions');
  const opening = openOn(head, extensions, test, tester);
  tester.fault ??= faultOfAnswer(test.deflate?.offer ?? '', extensions);
  return opening;
}

async function answer(test: Case, tester: Tester): Promise<Opening> {
  if (!(await hasHead(test, tester))) return { state: 'closed', status: 0, why: 'no request' };
  const head = parseHead(tester.head!);
  const offer = header(head, 'sec-websocket-extensions') ?? '';
  const extensions = test.deflate?.answer(offer);
  if (test.deflate !== undefined && extensions === undefined) {
    return { state: 'unimplemented', why: `the endpoint offered "${offer}"` };
  }
  const key = header(head, 'sec-websocket-key') ?? '';
  const opening = openOn(
    head,
    extensions ?? test.handshake?.edits?.set?.['Sec-WebSocket-Extensions'],
    test,
    tester,
  );
  await sendHead(response(key, extensions, test.handshake?.edits), test, tester);
  return opening;
}

/** Waits for the endpoint's head. Returns false if the connection ends or times out first. */
async function hasHead(test: Case, tester: Tester): Promise<boolean> {
  await tester.until(() => tester.head !== undefined || tester.over, test.timeoutMs ?? 2000);
  return tester.head !== undefined;
}

function openOn(head: Head, extensions: string | undefined, test: Case, tester: Tester): Opening {
  const fault = faultOfOpening(head, tester.role === 'client' ? 'server' : 'client');
  tester.open(extensions);
  tester.fault ??= fault;
  if (test.deflate === undefined) return { state: 'open' };
  if (tester.messages.compression === undefined)
    return { state: 'unimplemented', why: 'the endpoint declined permessage-deflate' };
  if (test.deflate.takeover && /client_no_context/.test(extensions ?? '') && tester.role === 'client') {
    return { state: 'unimplemented', why: `the endpoint answered "${extensions}"` };
  }
  return { state: 'open' };
}

async function sendHead(head: string, test: Case, tester: Tester): Promise<void> {
  const { earlyFrames = [], chunkBytes, splitOffset, headBytes } = test.handshake ?? {};
  const bytes = new Uint8Array(Buffer.from(head, 'latin1'));
  if (headBytes !== undefined) {
    await tester.write(bytes.subarray(0, headBytes));
    return tester.end('fin');
  }
  const whole = join([bytes, tester.encode(join(earlyFrames))]);
  if (splitOffset === undefined) return writePieces(chunkBytes ? pieces(whole, chunkBytes) : [whole], tester);
  const at = bytes.length + splitOffset;
  return writePieces([whole.subarray(0, at), whole.subarray(at)], tester);
}

async function writePieces(parts: readonly Bytes[], tester: Tester): Promise<void> {
  for (const part of parts) {
    if (tester.ended !== undefined) return;
    await tester.write(part);
    if (parts.length > 1) await yieldToHost();
  }
}

async function perform(step: Step, tester: Tester, timeoutMs: number): Promise<void> {
  if (tester.over) return;
  if ('send' in step) {
    const parts = step.by === 'piece' ? step.send : [join(step.send)];
    await sendPieces(typeof step.by === 'number' ? pieces(parts[0]!, step.by) : parts, tester);
  } else if ('raw' in step) {
    await tester.write(step.raw);
  } else if ('wait' in step) {
    if (!(await tester.until(() => tester.over, step.ms))) tester.record(timeout(step.wait));
  } else if ('until' in step) {
    await tester.until(() => tester.over || reached(step.until, tester.events), timeoutMs);
  } else if ('rounds' in step) {
    await playRounds(step, tester, timeoutMs);
  } else if ('reading' in step) {
    tester.reading(step.reading);
  } else if ('flood' in step) {
    await flood(step, tester);
  } else {
    tester.end(step.end);
  }
}

function reached(goal: number | string, events: readonly string[]): boolean {
  return typeof goal === 'number' ? events.length >= goal : events.includes(goal);
}

/** Sends each part in a chunk of its own. */
async function sendPieces(parts: readonly Bytes[], tester: Tester): Promise<void> {
  for (const part of parts) {
    if (tester.over) return;
    await tester.send(part);
    if (parts.length > 1) await yieldToHost();
  }
}

async function playRounds(step: Rounds, tester: Tester, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let index = 0; index < step.rounds; index++) {
    const { type, data } = step.message(index);
    const deflated = tester.messages.compression?.deflate(data);
    const frames = fragments(
      type === 'text' ? 1 : 2,
      deflated ?? data,
      step.fragment || Infinity,
      deflated ? 4 : 0,
    );
    await tester.send(join(frames));
    const before = tester.events.length;
    await tester.until(() => tester.over || tester.events.length > before, deadline - performance.now());
    if (tester.events[before] !== received(type, data)) {
      tester.record(`wrong or missing echo of message ${index}`);
      return;
    }
    tester.events.length = before;
  }
  tester.record(rounds(step.rounds));
}

async function flood(step: Flood, tester: Tester): Promise<void> {
  const timedOut = Symbol('timed out');
  const bytes = tester.encode(step.flood);
  for (let sent = 0; sent < step.times && !tester.over; sent++) {
    const written = tester.write(bytes);
    const stalled = new Promise(resolve => setTimeout(resolve, 1000, timedOut).unref());
    if ((await Promise.race([written, stalled])) === timedOut) {
      tester.record(timeout('stalled'));
      tester.reading(true);
      return written;
    }
    await yieldToHost();
  }
}

async function finish(test: Case, tester: Tester, timeoutMs: number): Promise<void> {
  const { events, end } = test.expect;
  if (end.by === 'tester') {
    await tester.until(() => tester.over || tester.events.length >= events.length, timeoutMs);
    if (!tester.closing && !tester.over) await tester.send(close(1000));
  }
  await tester.until(() => tester.over, timeoutMs);
  await tester.until(() => tester.ended !== undefined, 2000);
}

// Group 25: the opening handshake, the endpoint as client (RFC 6455 §4.1, §4.2.2, §11.3).

import type { Case } from '../case.ts';
import { text } from '../frame.ts';
import type { HeadEdits } from '../handshake.ts';
import { echoesProbe, numbered, refused, send } from './expectations.ts';

type Row = readonly [title: string, edits: HeadEdits];

const accepted: readonly Row[] = [
  ['a plain response', {}],
  ['no reason phrase', { line: 'HTTP/1.1 101 ' }],
  ['another reason phrase', { line: 'HTTP/1.1 101 Web Socket Protocol Handshake' }],
  ['Upgrade in mixed case', { set: { Upgrade: 'WebSocket' } }],
  ['Connection among other tokens', { set: { Connection: 'keep-alive, UPGRADE' } }],
  ['white space around the accept value', { set: { 'Sec-WebSocket-Accept': '\t $accept \t' } }],
  ['names in lower case', { drop: ['Sec-WebSocket-Accept'], add: ['sec-websocket-accept:$accept'] }],
  ['other headers', { add: ['Server: x', 'Set-Cookie: a=b', 'Set-Cookie: c=d', 'X-Empty:'] }],
];

const withoutBody = { add: ['Content-Length: 0'] };

const refusedRows: readonly Row[] = [
  ...['200 OK', '301 Moved', '401 Unauthorized', '426 Upgrade Required', '503 Unavailable'].map(
    line => [`status ${line}`, { line: `HTTP/1.1 ${line}`, ...withoutBody }] as const,
  ),
  // None of these has a body (RFC 9112 §6.3).
  ...['204 No Content', '304 Not Modified', '100 Continue', '102 Processing', '103 Early Hints'].map(
    line => [`status ${line}, then frames`, { line: `HTTP/1.1 ${line}` }] as const,
  ),
  ['a redirect', { line: 'HTTP/1.1 302 Found', add: ['Location: ws://127.0.0.1:1/', ...withoutBody.add] }],
  ['status 1010', { line: 'HTTP/1.1 1010 Switching Protocols' }],
  ['status 10', { line: 'HTTP/1.1 10 Switching Protocols' }],
  ['HTTP/1.0', { line: 'HTTP/1.0 101 Switching Protocols' }],
  ['HTTP/2', { line: 'HTTP/2 101 Switching Protocols' }],
  ['another protocol than HTTP', { line: 'ICY 101 OK' }],
  ['no Upgrade', { drop: ['Upgrade'] }],
  ['Upgrade: websocket2', { set: { Upgrade: 'websocket2' } }],
  ['no Connection', { drop: ['Connection'] }],
  ['Connection: close', { set: { Connection: 'close' } }],
  ['no accept value', { drop: ['Sec-WebSocket-Accept'] }],
  ['an empty accept value', { set: { 'Sec-WebSocket-Accept': '' } }],
  ['a wrong accept value', { set: { 'Sec-WebSocket-Accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' } }],
  ['the accept value in lower case', { set: { 'Sec-WebSocket-Accept': '$lower' } }],
  ['the accept value twice in one line', { set: { 'Sec-WebSocket-Accept': '$accept, $accept' } }],
  ['the accept value in two lines', { add: ['Sec-WebSocket-Accept: $accept'] }],
  ['an extension that was not offered', { add: ['Sec-WebSocket-Extensions: x-foo'] }],
  ['extensions named like properties', { add: ['Sec-WebSocket-Extensions: __proto__, constructor'] }],
  ['extensions that do not match the grammar', { add: ['Sec-WebSocket-Extensions: ;'] }],
  ['a subprotocol that was not offered', { add: ['Sec-WebSocket-Protocol: chat'] }],
  ['a folded header', { add: ['X-Folded: a', ' b'] }],
  ['a space before the colon', { drop: ['Upgrade'], add: ['Upgrade : websocket'] }],
  ['NUL in a value', { add: ['X-Nul: a\0b'] }],
  ['a bare CR in a value', { add: ['X-Cr: a\rb'] }],
  ['a header without a colon', { add: ['X-None'] }],
  ['a header without a name', { add: [': x'] }],
  ['a line of 1 MiB', { add: [`X-Long: ${'a'.repeat(1 << 20)}`] }],
  ['10,000 headers', { line: `HTTP/1.1 101 Switching Protocols${'\r\nX: y'.repeat(10_000)}` }],
  ['a first line of 1 MiB without an end', { raw: 'H'.repeat(1 << 20) }],
  ['frames instead of a response', { raw: '\x81\x05hello\r\n\r\n' }],
];

const protocols = ['chat', 'superchat'];

/** Cases about subprotocols. By the WebSockets Standard, but not RFC 6455, the server must choose one if some are offered. */
const subprotocols: readonly (readonly [...Row, opens: boolean])[] = [
  ['one of those offered', { add: ['Sec-WebSocket-Protocol: superchat'] }, true],
  ['none', {}, false],
  ['in another case', { add: ['Sec-WebSocket-Protocol: Chat'] }, false],
  ['one that was not offered', { add: ['Sec-WebSocket-Protocol: other'] }, false],
  ['two in one line', { add: ['Sec-WebSocket-Protocol: chat, superchat'] }, false],
  ['two lines', { add: ['Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Protocol: superchat'] }, false],
  ['the same in two lines', { add: ['Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Protocol: chat'] }, false],
  ['an empty one', { add: ['Sec-WebSocket-Protocol: '] }, false],
];

/** A message that an open client would echo. For a client that still waits for a head, it completes an invalid one. */
const probeAndEnd = send(text('probe\r\n\r\n'));
const refuses: Pick<Case, 'steps' | 'expect'> = { steps: [probeAndEnd], expect: refused() };

export const responses: readonly Case[] = [
  ...numbered(
    '25.1',
    accepted.map(([title, edits]) => answered(title, edits, echoesProbe)),
  ),
  ...numbered(
    '25.2',
    refusedRows.map(([title, edits]) => answered(title, edits, refuses)),
  ),
  ...numbered(
    '25.3',
    subprotocols.map(([title, edits, opens]) => ({
      ...answered(`subprotocol: ${title}`, edits, opens ? echoesProbe : refuses),
      endpoint: { protocols },
    })),
  ),
];

function answered(title: string, edits: HeadEdits, rest: Pick<Case, 'steps' | 'expect'>): Omit<Case, 'id'> {
  return { title, role: 'client', handshake: { edits }, ...rest };
}

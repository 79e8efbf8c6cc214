// Group 24: the opening handshake, the endpoint as server (RFC 6455 §4.2, §9.1, §11.3; RFC 9112).

import type { Case } from '../case.ts';
import { type HeadEdits, header, parseHead, request, sampleKey, status } from '../handshake.ts';
import type { Tester } from '../tester.ts';
import { echoesProbe, numbered, refused } from './expectations.ts';

type Row = readonly [title: string, edits: HeadEdits];

const accepted: readonly Row[] = [
  ['a minimal request', {}],
  ['Upgrade among other tokens, in mixed case', { set: { Upgrade: 'h2c, WebSocket' } }],
  ['Connection among other tokens, in mixed case', { set: { Connection: 'keep-alive, uPgRaDe' } }],
  ['two Connection lines', { set: { Connection: 'keep-alive' }, add: ['Connection: Upgrade'] }],
  [
    'names in lower case, a tab before the value, spaces after it',
    { drop: ['Sec-WebSocket-Key'], add: [`sec-websocket-key:\t${sampleKey}  `] },
  ],
  ['no space after the colon', { drop: ['Host'], add: ['Host:localhost'] }],
  ['a request target in absolute form', { line: 'GET http://localhost/echo HTTP/1.1' }],
  ['an empty line before the request line', { line: '\r\nGET /echo HTTP/1.1' }],
  ['a query', { line: 'GET /echo?a=b%20c&d HTTP/1.1' }],
  ['Content-Length: 0', { add: ['Content-Length: 0'] }],
  ['an Origin', { add: ['Origin: http://localhost'] }],
  ['100 other headers', { add: Array.from({ length: 100 }, (_, index) => `X-${index}: ${index}`) }],
  ['a cookie of 4,000 bytes', { add: [`Cookie: a=${'b'.repeat(4000)}`] }],
  ['an unknown extension', { add: ['Sec-WebSocket-Extensions: x-foo; a=b; c="d"'] }],
  [
    'extensions named like properties',
    { add: ['Sec-WebSocket-Extensions: constructor, __proto__, toString'] },
  ],
  ['parameters named like properties', { add: ['Sec-WebSocket-Extensions: x; __proto__; constructor=1'] }],
  ['two lines of extensions', { add: ['Sec-WebSocket-Extensions: a', 'Sec-WebSocket-Extensions: b; c'] }],
];

/** Refused with 400. */
const broken: readonly Row[] = [
  ['no Host', { drop: ['Host'] }],
  ['two Hosts', { add: ['Host: localhost'] }],
  ['no key', { drop: ['Sec-WebSocket-Key'] }],
  ['an empty key', { set: { 'Sec-WebSocket-Key': '' } }],
  ['a key of 15 bytes', { set: { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25j' } }],
  ['a key of 17 bytes', { set: { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZWU=' } }],
  ['a key whose unused bits are not 0', { set: { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZR==' } }],
  ['a space inside the key', { set: { 'Sec-WebSocket-Key': 'dGhlIHNhbXBs ZSBub25jZQ==' } }],
  ['a key in base64url', { set: { 'Sec-WebSocket-Key': 'dGhlIHNh-XBsZSBu_25jZQ==' } }],
  ['two keys', { add: [`Sec-WebSocket-Key: ${sampleKey}`] }],
  ['two keys in one line', { set: { 'Sec-WebSocket-Key': `${sampleKey}, ${sampleKey}` } }],
  ['a subprotocol with a space', { add: ['Sec-WebSocket-Protocol: a b'] }],
  ['a subprotocol with a separator', { add: ['Sec-WebSocket-Protocol: a/b'] }],
  ['a subprotocol twice', { add: ['Sec-WebSocket-Protocol: chat, chat'] }],
  [
    'a subprotocol twice, over two lines',
    { add: ['Sec-WebSocket-Protocol: a', 'Sec-WebSocket-Protocol: a'] },
  ],
  ['an empty list of subprotocols', { add: ['Sec-WebSocket-Protocol: '] }],
  ...[
    ';',
    'a;',
    'a; =b',
    'a b',
    'a; b="',
    'a; b=c d',
    'a; b="c d"',
    'a; b=""',
    'a; b="c, permessage-deflate"',
  ]
    .concat(['a; b==c', 'a; b=', '"a"', 'a; "b"', `b${' '.repeat(2000)}x`])
    .map(
      value =>
        [`extensions: ${value.slice(0, 30)}`, { add: [`Sec-WebSocket-Extensions: ${value}`] }] as const,
    ),
  ['Content-Length: 5', { add: ['Content-Length: 5'] }],
  ['Transfer-Encoding: chunked', { add: ['Transfer-Encoding: chunked'] }],
  ['Content-Length and Transfer-Encoding', { add: ['Content-Length: 5', 'Transfer-Encoding: chunked'] }],
  ['two Content-Lengths', { add: ['Content-Length: 0', 'Content-Length: 5'] }],
  ['a folded header', { add: ['X-Folded: a', ' b'] }],
  ['a space before the colon', { drop: ['Upgrade'], add: ['Upgrade : websocket'] }],
  ['a space before the first header', { line: 'GET /echo HTTP/1.1\r\n X: y' }],
  ['NUL in a value', { add: ['X-Nul: a\0b'] }],
  ['a bare CR in a value', { add: ['X-Cr: a\rb'] }],
  ['a bare LF at the end of a line', { add: ['X-Lf: a\nX-More: b'] }],
  ['only bare LFs', { raw: request(undefined).replaceAll('\r\n', '\n').replace(/$/, '\r\n\r\n') }],
  ['a header without a colon', { add: ['X-None'] }],
  ['a header without a name', { add: [': x'] }],
  ['a name with a space', { add: ['X Y: z'] }],
  ['a name that is not ASCII', { add: ['X-\xe9: z'] }],
  ['a target without a slash', { line: 'GET echo HTTP/1.1' }],
];

const version = (value: string): HeadEdits => ({ set: { 'Sec-WebSocket-Version': value } });

/** Refused with 426 and the supported version, or with 400. */
const versions: readonly Row[] = [
  ...['12', '8', '7', '0', '14', '113', '130', '13, 8', '013', '+13', '13.0', '0x0d', '', 'x'].map(
    value => [`version "${value}"`, version(value)] as const,
  ),
  ['no version', { drop: ['Sec-WebSocket-Version'] }],
  ['two versions', { add: ['Sec-WebSocket-Version: 13'] }],
];

const others: readonly (readonly [...Row, statuses: readonly number[]])[] = [
  ['POST', { line: 'POST /echo HTTP/1.1' }, [400, 405]],
  ['get', { line: 'get /echo HTTP/1.1' }, [400, 405, 501]],
  ['CONNECT', { line: 'CONNECT localhost:80 HTTP/1.1' }, [400, 405, 501, 0]],
  ['HTTP/1.0', { line: 'GET /echo HTTP/1.0' }, [400, 426, 505]],
  ['HTTP/2.0', { line: 'GET /echo HTTP/2.0' }, [400, 426, 505]],
  ['no HTTP version', { line: 'GET /echo' }, [400, 505]],
  ['Connection without Upgrade', { set: { Connection: 'keep-alive' } }, [400, 426]],
  ['Connection: close', { set: { Connection: 'close' } }, [400, 426]],
  ['Connection: notupgrade', { set: { Connection: 'notupgrade' } }, [400, 426]],
  ['no Connection', { drop: ['Connection'] }, [400, 426]],
  ['no Upgrade', { drop: ['Upgrade'] }, [400, 426]],
  ['Upgrade: h2c', { set: { Upgrade: 'h2c' } }, [400, 426]],
  ['Upgrade: websocket2', { set: { Upgrade: 'websocket2' } }, [400, 426]],
  [
    'an ordinary HTTP request',
    { raw: 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' },
    [400, 426],
  ],
  ['a TLS ClientHello', { raw: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n' }, [400, 0]],
  ['a line of 1 MiB', { add: [`X-Long: ${'a'.repeat(1 << 20)}`] }, [400, 431, 0]],
  ['a target of 1 MiB', { line: `GET /${'a'.repeat(1 << 20)} HTTP/1.1` }, [400, 414, 431, 0]],
  ['a method of 1 MiB', { line: `${'G'.repeat(1 << 20)} / HTTP/1.1` }, [400, 405, 414, 431, 501, 0]],
  [
    '10,000 headers before the required ones',
    { line: `GET /echo HTTP/1.1${'\r\nX: y'.repeat(10_000)}` },
    [400, 431, 0],
  ],
  [
    'a subprotocol with 60,000 spaces inside',
    { add: [`Sec-WebSocket-Protocol: b${' '.repeat(60_000)}x`] },
    [400, 431, 0],
  ],
  [
    'an unterminated quoted string with 20,000 escapes',
    { add: [`Sec-WebSocket-Extensions: a; b="${'\\c'.repeat(20_000)}`] },
    [400, 431, 0],
  ],
];

function namesVersion({ head }: Tester): string | undefined {
  const answer = parseHead(head ?? '');
  const named = header(answer, 'sec-websocket-version')?.split(/, */).includes('13');
  return status(answer) === 426 && !named ? '426 without Sec-WebSocket-Version: 13' : undefined;
}

const subprotocols: readonly (readonly [
  title: string,
  lines: readonly string[],
  answer: string | undefined,
])[] = [
  ['none offered', [], undefined],
  ['a supported one', ['chat'], 'chat'],
  ['one of several', ['foo, superchat, bar'], 'superchat'],
  ['one of several lines', ['foo', 'superchat'], 'superchat'],
  ['none of those supported', ['foo, bar'], undefined],
  ['a supported one in another case', ['Chat'], undefined],

  ['named like a property', ['__proto__, constructor'], undefined],
];

export const requests: readonly Case[] = [
  ...numbered(
    '24.1',
    accepted.map(([title, edits]) => served(title, edits, echoesProbe)),
  ),
  ...numbered(
    '24.2',
    broken.map(([title, edits]) => served(title, edits, refuses(400))),
  ),
  ...numbered(
    '24.3',
    versions.map(([title, edits]) => served(title, edits, { ...refuses(426, 400), check: namesVersion })),
  ),
  ...numbered(
    '24.4',
    others.map(([title, edits, statuses]) => served(title, edits, refuses(...statuses))),
  ),
  ...numbered(
    '24.5',
    subprotocols.map(([title, lines, answer]) => ({
      ...served(
        `subprotocols: ${title}`,
        { add: lines.map(line => `Sec-WebSocket-Protocol: ${line}`) },
        echoesProbe,
      ),
      endpoint: { protocols: ['chat', 'superchat'] },
      check: ({ head }) => {
        const answered = header(parseHead(head ?? ''), 'sec-websocket-protocol');
        return answered === answer ? undefined : `answered "${answered}"`;
      },
    })),
  ),
];

function refuses(...statuses: readonly number[]): Pick<Case, 'steps' | 'expect'> {
  return { steps: [], expect: refused(...statuses) };
}

function served(
  title: string,
  edits: HeadEdits,
  rest: Pick<Case, 'steps' | 'expect' | 'check'>,
): Omit<Case, 'id'> {
  return { title, role: 'server', handshake: { edits }, ...rest };
}

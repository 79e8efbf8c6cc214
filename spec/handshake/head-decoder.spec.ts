import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLatin1 } from '../../lib/bytes/latin1.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import type { RequestHead, ResponseHead } from '../../lib/handshake/head.ts';
import type { HeadDecoderOptions } from '../../lib/handshake/head-decoder.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';
import { RequestHeadDecoder } from '../../lib/handshake/request-head-decoder.ts';
import { ResponseHeadDecoder } from '../../lib/handshake/response-head-decoder.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('HeadDecoder');

interface Options extends HeadDecoderOptions {
  readonly kind: 'request' | 'response';
}

function decoderOf({ kind, ...limits }: Options): RequestHeadDecoder | ResponseHeadDecoder {
  return kind === 'request' ? new RequestHeadDecoder(limits) : new ResponseHeadDecoder(limits);
}

interface Outcome {
  head: RequestHead | ResponseHead | undefined;
  /** The bytes after the head: those that the decoder has, and those that were not written to it. */
  behind: number[];
}

function decode(chunks: Uint8Array[], options: Options): Outcome {
  const decoder = decoderOf(options);
  let head: RequestHead | ResponseHead | undefined;
  const behind: number[] = [];
  for (const chunk of chunks) {
    if (head) {
      behind.push(...chunk);
      continue;
    }
    decoder.write(chunk);
    head = decoder.read();
    if (head) behind.push(...decoder.rest());
    assert.is(decoder.read(), undefined);
  }
  decoder.close();
  return { head, behind };
}

/** Returns the outcome for the whole input, and asserts that it is the same for any cut. */
function decodeAllWays(text: string, options: Options): Outcome {
  const bytes = encodeLatin1(text);
  const whole = decode([bytes], options);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const padded = new Uint8Array(bytes.length + 3);
    padded.set(bytes, 3);
    const chunks = [padded.subarray(3, 3 + cut), padded.subarray(3 + cut)];
    assert.equal(decode(chunks, options), whole, `cut at ${cut}`);
  }
  assert.equal(decode(byteByByte(bytes), options), whole, 'byte by byte');
  return whole;
}

function byteByByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, byte => Uint8Array.of(byte));
}

function failure(chunks: Uint8Array[], options: Options): HandshakeError {
  try {
    decode(chunks, options);
  } catch (error) {
    assert.is((error as HandshakeError).name, 'HandshakeError');
    return error as HandshakeError;
  }
  assert.unreachable('should have failed');
  throw new Error();
}

/** Asserts the same error for any cut: on the server with this status, on the client without a response. */
function refuses(text: string, status: number | undefined, options: Options): void {
  const bytes = encodeLatin1(text);
  const error = failure([bytes], options);
  assert.is(error.response?.status, status);
  assert.is(error.closeCode, 1006);
  assert.is(failure(byteByByte(bytes), options).message, error.message);
}

const request: Options = { kind: 'request' };
const response: Options = { kind: 'response' };

test('decodes a request, and returns the bytes after it (§4.1)', () => {
  const text = 'GET /chat?a=b HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nUpgrade:websocket\r\n\r\n\x81\x80\n\r\n';
  assert.equal(decodeAllWays(text, request), {
    head: {
      type: 'request',
      method: 'GET',
      target: '/chat?a=b',
      version: '1.1',
      headers: HeaderFields.from([
        ['Host', 'h'],
        ['X-Empty', ''],
        ['Upgrade', 'websocket'],
      ]),
    },
    behind: [0x81, 0x80, 0x0a, 0x0d, 0x0a],
  });
});

test('decodes a response, and returns the bytes after it (§4.2.2)', () => {
  assert.equal(decodeAllWays('HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\n\x81\x01a', response), {
    head: {
      type: 'response',
      status: 101,
      reason: 'Switching Protocols',
      version: '1.1',
      headers: HeaderFields.from([['A', 'b']]),
    },
    behind: [0x81, 0x01, 0x61],
  });
});

test('decodes heads without headers, without a reason, and of HTTP/1.0', () => {
  assert.equal(decodeAllWays('HTTP/1.0 404 \r\n\r\n', response).head, {
    type: 'response',
    status: 404,
    reason: '',
    version: '1.0',
    headers: HeaderFields.from([]),
  });
  assert.is((decodeAllWays('HTTP/1.1 599\r\n\r\n', response).head as ResponseHead).reason, '');
  assert.is((decodeAllWays('HTTP/1.1 200 \tk\xe9\r\n\r\n', response).head as ResponseHead).reason, '\tk\xe9');
  assert.is(decodeAllWays('OPTIONS * HTTP/1.0\r\n\r\n', request).head?.version, '1.0');
});

test('keeps the case of names, trims only spaces and tabs of values, and keeps Latin-1 (§4.3)', () => {
  const text =
    'GET / HTTP/1.1\r\nsEc-Key: \t a b\t \r\n__proto__: x\r\nL:\xa0\x80\xff\xa0\r\nS: \t \r\nC:a:b\r\n\r\n';
  assert.equal(
    decodeAllWays(text, request).head?.headers,
    HeaderFields.from([
      ['sEc-Key', 'a b'],
      ['__proto__', 'x'],
      ['L', '\xa0\x80\xff\xa0'],
      ['S', ''],
      ['C', 'a:b'],
    ]),
  );
});

for (const [line, status] of [
  ['', 400],
  ['GET', 400],
  ['GET /', 400],
  ['GET  / HTTP/1.1', 400],
  ['GET /  HTTP/1.1', 400],
  ['GET / HTTP/1.1 ', 400],
  [' GET / HTTP/1.1', 400],
  ['GET\t/\tHTTP/1.1', 400],
  ['G(T / HTTP/1.1', 400],
  ['GET /a b HTTP/1.1', 400],
  ['GET /\x7f HTTP/1.1', 400],
  ['GET /\xe9 HTTP/1.1', 400],
  ['GET /\0 HTTP/1.1', 400],
  ['GET / http/1.1', 400],
  ['GET / HTTP/1', 400],
  ['GET / HTTP/1.10', 400],
  ['GET / HTTP/11.1', 400],
  ['GET / HTTP/1.1\r', 400],
  ['\x16\x03\x01\x02', 400],
  ['HTTP/1.1 200 OK', 400],
  ['GET / HTTP/2.0', 505],
  ['GET / HTTP/0.9', 505],
] as const) {
  test(`rejects the request line ${JSON.stringify(line)} with ${status}`, () => {
    refuses(`${line}\r\nHost: h\r\n\r\n`, status, request);
  });
}

for (const line of [
  '',
  'HTTP/1.1',
  'HTTP/1.1 ',
  'HTTP/1.1 1',
  'HTTP/1.1 1010',
  'HTTP/1.1 101OK',
  'HTTP/1.1 099 x',
  'HTTP/1.1 600 x',
  'HTTP/1.1  101 x',
  'HTTP/1.1 101 \x7f',
  'HTTP/1.1 101 \0',
  'HTTP/2.0 101 x',
  ' HTTP/1.1 101 x',
  'http/1.1 101 x',
  'ICY 200 OK',
  'GET / HTTP/1.1',
]) {
  test(`rejects the status line ${JSON.stringify(line)}`, () => {
    refuses(`${line}\r\n\r\n`, undefined, response);
  });
}

for (const line of [
  'Upgrade : websocket',
  '(Upgrade: websocket',
  'Upgrade\t: websocket',
  ' Upgrade: websocket',
  '\tfolded',
  'A: b\r\n folded',
  'Upgrade',
  ': websocket',
  'Up grade: x',
  'A(: x',
  'A\xe9: x',
  'A\0: x',
  'A: \0',
  'A: \x7f',
  'A: \x1b',
  'A: b\rC: d',
  'A: b\r',
  'A: b\nC: d',
]) {
  test(`rejects the header line ${JSON.stringify(line)} (RFC 9112 §5)`, () => {
    refuses(`GET / HTTP/1.1\r\nHost: h\r\n${line}\r\n\r\n`, 400, request);
    refuses(`HTTP/1.1 101 x\r\n${line}\r\n\r\n`, undefined, response);
  });
}

test('rejects a head whose lines end in LF only', () => {
  refuses('GET / HTTP/1.1\nHost: h\n\n', 400, request);
  refuses('GET / HTTP/1.1\r\nHost: h\r\n\n', 400, request);
});

test('returns a complete response to send on a server', () => {
  const { response, reason, message } = failure([encodeLatin1('GET\r\n')], request);
  assert.equal(response, {
    type: 'response',
    status: 400,
    reason: 'Bad Request',
    version: '1.1',
    headers: HeaderFields.from([
      ['Connection', 'close'],
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', '21'],
    ]),
    body: encodeLatin1('malformed first line\n'),
  });
  assert.is(reason, '');
  assert.is(message, 'RFC 6455 §4.2: malformed first line');
});

test('rejects an end inside the head', () => {
  for (const text of ['', 'GET', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: h\r\n\r']) {
    refuses(text, 400, request);
    refuses(text.replace('GET / HTTP/1.1', 'HTTP/1.1 101 x'), undefined, response);
  }
});

test('rejects an invalid line as soon as it ends', () => {
  const decoder = decoderOf(request);
  decoder.write(encodeLatin1('GET / HTTP/1.1\r\nbad\r\n'));
  assert.throws(() => decoder.read(), 'malformed header line');
});

test('keeps throwing the same error for any input', () => {
  const decoder = decoderOf(request);
  decoder.write(encodeLatin1('bad\r\nGET / HTTP/1.1\r\n\r\n'));
  const errors: unknown[] = [];
  for (const call of [() => decoder.read(), () => decoder.read(), () => decoder.close()]) {
    try {
      call();
    } catch (error) {
      errors.push(error);
      decoder.write(encodeLatin1('GET / HTTP/1.1\r\n\r\n'));
    }
  }
  assert.is(errors.length, 3);
  assert.is(new Set(errors).size, 1);
  assert.equal(decoder.rest(), new Uint8Array());
});

test('rejects input after the head', () => {
  const decoder = decoderOf(request);
  assert.equal(decoder.rest(), new Uint8Array());
  decoder.write(encodeLatin1('GET / HTTP/1.1\r\n\r\nx'));
  assert.ok(decoder.read());
  assert.throws(
    () => decoder.write(new Uint8Array(1)),
    (error: unknown) => error instanceof TypeError,
  );
  decoder.close();
});

test('copies the bytes after the head, and pins no chunk', () => {
  const chunk = encodeLatin1('GET / HTTP/1.1\r\n\r\nxyz');
  const decoder = decoderOf(request);
  decoder.write(chunk);
  decoder.read();
  chunk.fill(0);
  assert.equal(decoder.rest(), encodeLatin1('xyz'));
  assert.is(decoder.rest().buffer.byteLength, 3);
});

test('copies an incomplete line, and pins no chunk', () => {
  const decoder = decoderOf(request);
  const chunk = encodeLatin1('GET / HT');
  decoder.write(chunk);
  decoder.read();
  chunk.fill(0);
  decoder.write(encodeLatin1('TP/1.1\r\n\r\n'));
  assert.is(decoder.read()?.type, 'request');
});

test('accepts a line of 8192 bytes, but not of 8193', () => {
  const first = 'GET / HTTP/1.1\r\n';
  const header = (bytes: number) => `A: ${'b'.repeat(bytes - 3)}`;
  assert.ok(decode(byteByByte(encodeLatin1(`${first}${header(8192)}\r\n\r\n`)), request).head);
  refuses(`${first}${header(8193)}\r\n\r\n`, 431, request);
  refuses(`${first}${header(8194)}`, 431, request);
  const target = (bytes: number) => `GET /${'b'.repeat(bytes - 14)} HTTP/1.1`;
  assert.ok(decode([encodeLatin1(`${target(8192)}\r\n\r\n`)], request).head);
  refuses(`${target(8193)}\r\n\r\n`, 414, request);
  refuses(`HTTP/1.1 101 ${'b'.repeat(8180)}\r\n\r\n`, undefined, response);
});

test('accepts a head of 65,536 bytes, but not of 65,537', () => {
  const head = (bytes: number) => {
    const start = `GET / HTTP/1.1\r\n${`A: ${'b'.repeat(7995)}\r\n`.repeat(8)}`;
    return `${start}C: ${'d'.repeat(bytes - start.length - 7)}\r\n\r\n`;
  };
  assert.is(head(65536).length, 65536);
  assert.ok(decode([encodeLatin1(`${head(65536)}more`)], request).head);
  assert.ok(decode(byteByByte(encodeLatin1(head(65536))), request).head);
  refuses(head(65537), 431, request);
  const answer = (bytes: number) => head(bytes).replace('GET / HTTP/1.1', 'HTTP/1.1 101 A');
  assert.is(answer(65536).length, 65536);
  assert.ok(decode([encodeLatin1(`${answer(65536)}more`)], response).head);
  refuses(answer(65537), undefined, response);
});

test('accepts 128 header lines, but not 129', () => {
  const head = (lines: number) => `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(lines)}\r\n`;
  assert.is(decode([encodeLatin1(head(128))], request).head?.headers.length, 128);
  refuses(head(129), 431, request);
  refuses(head(10_000), 431, request);
});

test('accepts a header name of 256 bytes, but not of 257', () => {
  const head = (bytes: number) => `GET / HTTP/1.1\r\n${'a'.repeat(bytes)}: b\r\n\r\n`;
  assert.ok(decode([encodeLatin1(head(256))], request).head);
  refuses(head(257), 431, request);
});

test('respects other limits, and Infinity', () => {
  const text = 'GET / HTTP/1.1\r\nAb: c\r\nD: e\r\n\r\n';
  const limits = { maxHeadBytes: text.length, maxHeadLineBytes: 14, maxHeadLines: 2, maxHeaderNameBytes: 2 };
  decodeAllWays(text, { ...request, ...limits });
  for (const [name, limit] of Object.entries(limits)) {
    const status = name === 'maxHeadLineBytes' ? 414 : 431;
    refuses(text, status, { ...request, [name]: limit - 1 });
  }
  const open = {
    maxHeadBytes: Infinity,
    maxHeadLineBytes: Infinity,
    maxHeadLines: Infinity,
    maxHeaderNameBytes: Infinity,
  };
  const large = `GET / HTTP/1.1\r\n${'n'.repeat(300)}: ${'v'.repeat(200_000)}\r\n${'A: b\r\n'.repeat(200)}\r\n`;
  assert.is(decode([encodeLatin1(large)], { ...request, ...open }).head?.headers.length, 201);
});

test('rejects invalid options with their names', () => {
  for (const name of ['maxHeadBytes', 'maxHeadLineBytes', 'maxHeadLines', 'maxHeaderNameBytes']) {
    assert.throws(() => decoderOf({ kind: 'request', [name]: 0 }), name);
  }
});

test('decodes in linear time, byte by byte and with hostile whitespace', () => {
  const time = (bytes: number, cut: boolean) => {
    const text = `GET / HTTP/1.1\r\nA: b${' '.repeat(bytes)}x${' \t'.repeat(bytes)}\r\nB:${' '.repeat(bytes)}\r\n\r\n`;
    const all = encodeLatin1(text);
    const chunks = cut ? byteByByte(all) : [all];
    const started = performance.now();
    decode(chunks, { ...request, maxHeadLineBytes: Infinity, maxHeadBytes: Infinity });
    return performance.now() - started;
  };
  // Take the best of three, because the machine may be busy. In quadratic time, four times the input takes 16 times as long.
  const best = (bytes: number, cut: boolean) => Math.min(...[1, 2, 3].map(() => time(bytes, cut)));
  for (const cut of [true, false]) assert.ok(best(60_000, cut) < 300 + 8 * best(15_000, cut), `cut: ${cut}`);
});

test('throws nothing but HandshakeError if any single byte is changed', () => {
  const heads = { request: 'GET / HTTP/1.1\r\nA: b\r\n\r\n', response: 'HTTP/1.1 101 x\r\nA: b\r\n\r\n' };
  for (const kind of ['request', 'response'] as const) {
    const bytes = encodeLatin1(heads[kind]);
    for (let at = 0; at < bytes.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = bytes.slice();
        changed[at] = byte;
        try {
          decode([changed], { kind });
        } catch (error) {
          assert.is((error as Error).name, 'HandshakeError');
        }
      }
    }
  }
});

test('ignores empty lines before a request, but not before a response (RFC 9112 §2.2)', () => {
  const { head, behind } = decodeAllWays('\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n\x81', request);
  assert.equal(head, {
    type: 'request',
    method: 'GET',
    target: '/',
    version: '1.1',
    headers: HeaderFields.from([['Host', 'h']]),
  });
  assert.equal(behind, [0x81]);
  refuses('\r\nHTTP/1.1 101 x\r\n\r\n', undefined, response);
});

test('begun tells whether the first line has been read', () => {
  const decoder = new RequestHeadDecoder();
  decoder.write(utf8('GET / HTTP/1.1'));
  assert.equal([decoder.read(), decoder.begun], [undefined, false]);
  decoder.write(utf8('\r\n'));
  assert.equal([decoder.read(), decoder.begun], [undefined, true]);
});

test.run();

// Builds and parses the HTTP/1.1 heads of the opening handshake. A case can edit the valid head.

import { createHash } from 'node:crypto';

export type Header = readonly [name: string, value: string];

/** Edits of a head. `$accept` is replaced with the correct Sec-WebSocket-Accept, `$lower` with the same in lower case. */
export interface HeadEdits {
  /** The first line. */
  readonly line?: string;
  /** New values of headers. Headers that the head does not have are appended. */
  readonly set?: Readonly<Record<string, string>>;
  readonly drop?: readonly string[];
  /** Lines to append. */
  readonly add?: readonly string[];
  /** The complete head, instead of the valid one. */
  readonly raw?: string;
}

export const sampleKey = 'dGhlIHNhbXBsZSBub25jZQ==';

export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

export function request(extensions: string | undefined, edits: HeadEdits = {}): string {
  return head(
    'GET /echo HTTP/1.1',
    [
      ['Host', 'localhost'],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', sampleKey],
      ['Sec-WebSocket-Version', '13'],
      ...(extensions === undefined ? [] : [['Sec-WebSocket-Extensions', extensions] as const]),
    ],
    edits,
  );
}

export function response(key: string, extensions: string | undefined, edits: HeadEdits = {}): string {
  return head(
    'HTTP/1.1 101 Switching Protocols',
    [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', '$accept'],
      ...(extensions === undefined ? [] : [['Sec-WebSocket-Extensions', extensions] as const]),
    ],
    edits,
  )
    .replaceAll('$accept', () => acceptOf(key))
    .replaceAll('$lower', () => acceptOf(key).toLowerCase());
}

function head(line: string, headers: readonly Header[], edits: HeadEdits): string {
  if (edits.raw !== undefined) return edits.raw;
  const values = new Map(headers.filter(([name]) => !edits.drop?.includes(name)));
  for (const [name, value] of Object.entries(edits.set ?? {})) values.set(name, value);
  const lines = [...values].map(([name, value]) => `${name}: ${value}`);
  return [edits.line ?? line, ...lines, ...(edits.add ?? []), '', ''].join('\r\n');
}

/** A head sent by the endpoint. */
export interface Head {
  readonly line: string;
  readonly headers: readonly Header[];
}

export function parseHead(head: string): Head {
  const [line = '', ...rest] = head.split('\r\n');
  const headers = rest.map(field => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
  });
  return { line, headers };
}

/** Returns the value of a header, joined if it has several lines; undefined if it is absent. */
export function header(head: Head, name: string): string | undefined {
  const values = head.headers.filter(([other]) => other === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

export function status(head: Head): number {
  return Number(/^HTTP\/1\.1 (\d{3})( |$)/.exec(head.line)?.[1] ?? 0);
}

/** Returns the fault of a head that opens a WebSocket; undefined if it is valid. */
export function faultOfOpening(head: Head, role: 'client' | 'server'): string | undefined {
  const token = (name: string, value: string) =>
    header(head, name)
      ?.toLowerCase()
      .split(',')
      .some(item => item.trim() === value) ?? false;
  if (!token('upgrade', 'websocket')) return 'no Upgrade: websocket';
  if (!token('connection', 'upgrade')) return 'no Connection: Upgrade';
  if (role === 'client') {
    if (!/^GET \/[!-~]* HTTP\/1\.1$/.test(head.line)) return `request line ${head.line}`;
    if (!/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(header(head, 'sec-websocket-key') ?? '')) return 'bad key';
    if (header(head, 'sec-websocket-version') !== '13') return 'bad version';
    return header(head, 'host') === undefined ? 'no Host' : undefined;
  }
  return header(head, 'sec-websocket-accept') === acceptOf(sampleKey)
    ? undefined
    : 'bad Sec-WebSocket-Accept';
}

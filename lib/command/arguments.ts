// Parses the command line with node:util's parseArgs, and checks every value.

import { parseArgs } from 'node:util';
import { parseWebSocketUrl, type WebSocketUrl } from '../handshake/websocket-url.ts';
import { usageError } from './command-error.ts';
import { type ListenAddress, parseListenAddress } from './listen-address.ts';

/** An encoding of binary messages as text. */
export type BinaryFormat = 'hex' | 'base64';

/** Files of certificates, as for `tls.connect` and `tls.createServer`. */
export interface TlsFiles {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** The options that apply to several modes. */
export interface Settings {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly protocols: readonly string[];
  readonly origin: string | undefined;
  readonly auth: string | undefined;
  readonly insecure: boolean;
  readonly tls: TlsFiles;
  readonly socketPath: string | undefined;
  readonly useProxy: boolean;
  readonly compress: boolean;
  readonly openTimeoutMs: number;
  /** The encoding in which binary messages are printed. */
  readonly binary: BinaryFormat;
  /** Whether lines are binary messages. */
  readonly sendsBinary: boolean;
  readonly json: boolean;
  readonly files: readonly string[];
  readonly filesAreText: boolean;
  readonly output: string | undefined;
  readonly slash: boolean;
  readonly frames: boolean;
  readonly pingMs: number | undefined;
  readonly count: number;
  readonly waitMs: number;
  readonly echo: boolean;
  readonly quiet: boolean;
}

/** A URL as typed, and its parts. */
export interface Destination {
  readonly href: string;
  readonly url: WebSocketUrl;
}

/** The request of a command line. */
export type Command =
  | { readonly type: 'help' | 'version' }
  | { readonly type: 'connect'; readonly to: Destination; readonly settings: Settings }
  | {
      readonly type: 'listen';
      readonly at: ListenAddress;
      readonly once: boolean;
      readonly settings: Settings;
    }
  | {
      readonly type: 'proxy';
      readonly at: ListenAddress;
      readonly to: Destination;
      readonly settings: Settings;
    };

type Mode = 'connect' | 'listen' | 'proxy';

const options = {
  header: { type: 'string', short: 'H', multiple: true },
  protocol: { type: 'string', short: 's', multiple: true },
  origin: { type: 'string', short: 'o' },
  auth: { type: 'string', short: 'u' },
  insecure: { type: 'boolean', short: 'k' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  unix: { type: 'string' },
  'no-proxy': { type: 'boolean' },
  compress: { type: 'boolean' },
  timeout: { type: 'string' },
  listen: { type: 'string', short: 'l' },
  binary: { type: 'string', short: 'b' },
  json: { type: 'boolean', short: 'j' },
  file: { type: 'string', short: 'f', multiple: true },
  text: { type: 'boolean' },
  output: { type: 'string', short: 'O' },
  slash: { type: 'boolean' },
  frames: { type: 'boolean' },
  ping: { type: 'string' },
  count: { type: 'string', short: 'n' },
  wait: { type: 'string', short: 'w' },
  once: { type: 'boolean' },
  echo: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** The names of all options. */
export const optionNames: readonly string[] = Object.keys(options);

const ofDialling = ['auth', 'insecure', 'ca', 'unix', 'no-proxy'];
const ofListening = ['listen', 'once', 'echo'];
const ofMessages = 'binary file text output slash ping count wait'.split(' ');

/** The options that have no effect in a mode and are rejected there. */
const foreign: Readonly<Record<Mode, readonly string[]>> = {
  connect: ofListening,
  listen: [...ofDialling, 'wait'],
  proxy: [...ofListening, ...ofMessages, 'protocol', 'origin'],
};

type Values = ReturnType<typeof parse>['values'];

/**
 * Parses a command line.
 *
 * @throws CommandError for unknown or invalid arguments
 */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { type: 'help' };
  if (values.version) return { type: 'version' };
  const isProxy = positionals[0] === 'proxy';
  const places = isProxy ? positionals.slice(1) : positionals;
  const mode = isProxy ? 'proxy' : values.listen === undefined ? 'connect' : 'listen';
  refuseForeign(mode, values);
  const settings = settingsOf(values);
  if (mode === 'listen') {
    take(places, 0, '--listen takes no URL');
    return { type: mode, at: parseListenAddress(values.listen!), once: values.once === true, settings };
  }
  if (mode === 'connect') {
    const [url] = take(places, 1, 'one URL is needed');
    return { type: mode, to: destination(url!), settings };
  }
  const [at, url] = take(places, 2, 'proxy needs an address to listen at and a URL');
  return { type: mode, at: parseListenAddress(at!), to: destination(url!), settings };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

function take(places: readonly string[], count: number, otherwise: string): readonly string[] {
  if (places.length === count) return places;
  throw usageError(`${otherwise} (got ${places.length === 0 ? 'none' : places.join(' ')})`);
}

function refuseForeign(mode: Mode, values: Values): void {
  const given = foreign[mode].find(name => values[name as keyof Values] !== undefined);
  if (given !== undefined) throw usageError(`--${given} has no meaning for ${inWords[mode]}`);
}

const inWords: Readonly<Record<Mode, string>> = {
  connect: 'a client',
  listen: '--listen',
  proxy: 'proxy',
};

function settingsOf(values: Values): Settings {
  const { ca, cert, key, binary, ping, file: files = [] } = values;
  if ((cert === undefined) !== (key === undefined)) throw usageError('--cert and --key need each other');
  if (binary !== undefined && values.json) throw usageError('--binary and --json exclude each other');
  if (values.text && files.length === 0) throw usageError('--text needs --file');
  if (files.length > 0 && values.echo) throw usageError('--file and --echo exclude each other');
  if (values.output !== undefined && values.json) {
    throw usageError('--output and --json exclude each other');
  }
  return {
    headers: (values.header ?? []).map(headerOf),
    protocols: values.protocol ?? [],
    origin: values.origin,
    auth: values.auth === undefined ? undefined : checkedAuth(values.auth),
    insecure: values.insecure === true,
    tls: { ca, cert, key },
    socketPath: values.unix,
    useProxy: values['no-proxy'] !== true,
    compress: values.compress === true,
    openTimeoutMs: milliseconds('timeout', values.timeout ?? '10'),
    binary: binary === undefined ? 'hex' : binaryFormat(binary),
    sendsBinary: binary !== undefined,
    json: values.json === true,
    files,
    filesAreText: values.text === true,
    output: values.output,
    slash: values.slash === true,
    frames: values.frames === true,
    pingMs: ping === undefined ? undefined : milliseconds('ping', ping),
    count: values.count === undefined ? Infinity : wholeNumber('count', values.count),
    waitMs: milliseconds('wait', values.wait ?? '1'),
    echo: values.echo === true,
    quiet: values.quiet === true,
  };
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([^:]+):[ \t]*(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw usageError(`--header must be 'NAME: VALUE' (got ${JSON.stringify(text)})`);
  return [name, value!];
}

/** Returns an error without the value, which may be a password. */
function checkedAuth(text: string): string {
  if (!text.includes(':')) throw usageError('--auth must be USER:PASSWORD');
  return text;
}

function binaryFormat(text: string): BinaryFormat {
  if (text === 'hex' || text === 'base64') return text;
  throw usageError(`--binary must be hex or base64 (got ${JSON.stringify(text)})`);
}

/** The longest delay of a timer, in seconds. */
const maxSeconds = 2_147_483;

function milliseconds(name: string, text: string): number {
  const seconds = text === 'Infinity' ? Infinity : Number(text);
  if (text.trim() !== '' && seconds > 0 && (seconds <= maxSeconds || seconds === Infinity)) {
    return seconds * 1000;
  }
  throw usageError(`--${name} must be a positive number of seconds (got ${JSON.stringify(text)})`);
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw usageError(`--${name} must be a positive integer (got ${JSON.stringify(text)})`);
}

function destination(href: string): Destination {
  try {
    return { href, url: parseWebSocketUrl(href) };
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

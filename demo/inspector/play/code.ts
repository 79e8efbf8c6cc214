// Writes the state of the page as a program: an ES module for Node that opens the same connection, performs the last action, and
// ends by itself.

import type { BrokenInput } from './broken-inputs.ts';
import { bombBytes, compressionFor } from './broken-inputs.ts';
import { type Compression, cutSeed, defaultSettings, type SendSettings, type Settings } from './settings.ts';

/** The last action. */
export type Action =
  | { readonly type: 'send' }
  | { readonly type: 'stall' }
  | { readonly type: 'ping' }
  | { readonly type: 'close' }
  | { readonly type: 'broken'; readonly input: BrokenInput };

/** The URL of an echo server; `undefined` if both ends are in memory. */
export type EchoUrl = string | undefined;

export function codeOf(settings: Settings, action: Action, echoUrl: EchoUrl): string {
  const blocks =
    action.type === 'broken'
      ? brokenProgram(settings, action.input)
      : [
          imports(settings, action, echoUrl),
          opening(settings, action, echoUrl),
          actionSource(settings, action),
        ];
  return `${blocks.join('\n\n')}\n`;
}

function imports({ connection, send }: Settings, action: Action, echoUrl: EchoUrl): string {
  const lines: string[] = [];
  if (usesMessage(action) && send.kind === 'file') lines.push("import { readFile } from 'node:fs/promises';");
  if (echoUrl !== undefined) return [...lines, "import { dial } from 'wsluice/node';"].join('\n');
  lines.push("import { acceptWebSocket, connectWebSocket } from 'wsluice';");
  const { type } = connection.cuts;
  const cutting = { none: '', every: ', every, RechunkStream', random: ', RechunkStream, seededLengths' }[
    type
  ];
  lines.push(`import { duplexPair${cutting} } from 'wsluice/testing';`);
  return lines.join('\n');
}

const usesMessage = ({ type }: Action) => type === 'send' || type === 'stall';

function opening(settings: Settings, action: Action, echoUrl: EchoUrl): string {
  const options = optionsOf(settings, settings.connection.compression);
  if (echoUrl !== undefined) return `const client = await dial('${echoUrl}'${options && `, ${options}`});`;
  const { type, bytes } = settings.connection.cuts;
  const cut = type !== 'none';
  const lengths = type === 'every' ? `every(${bytes})` : `seededLengths(${cutSeed}, ${bytes})`;
  const argument = options && ', options';
  const lines = [
    'const [here, there] = duplexPair();',
    cut && 'const cut = ({ readable, writable }) => ({',
    cut && `  readable: readable.pipeThrough(new RechunkStream(${lengths})),`,
    cut && '  writable,',
    cut && '});',
    options && `const options = ${options};`,
    'const [client, server] = await Promise.all([',
    `  connectWebSocket(${cut ? 'cut(here)' : 'here'}, 'ws://in.memory/echo'${argument}),`,
    `  acceptWebSocket(${cut ? 'cut(there)' : 'there'}${argument}),`,
    ']);',
    action.type === 'stall'
      ? '// The server does not read, so the buffers between the two fill up.'
      : 'server.readable.pipeTo(server.writable).catch(() => {}); // the echo',
  ];
  return lines.filter(Boolean).join('\n');
}

/** Returns the source of the options that differ from the defaults, or ''. */
function optionsOf({ connection }: Settings, compression: Compression): string {
  const { maxFrameBytes, maxMessageBytes } = connection;
  const defaults = defaultSettings.connection;
  const entries = [
    maxFrameBytes !== defaults.maxFrameBytes && `maxFrameBytes: ${maxFrameBytes}`,
    maxMessageBytes !== defaults.maxMessageBytes && `maxMessageBytes: ${maxMessageBytes}`,
    compression.on && `deflate: ${deflateSource(compression)}`,
  ].filter(Boolean);
  return entries.length === 0 ? '' : `{ ${entries.join(', ')} }`;
}

function deflateSource(compression: Compression): string {
  const defaults = defaultSettings.connection.compression;
  const names = Object.keys(defaults) as (keyof Compression)[];
  const entries = names
    .filter(name => name !== 'on' && compression[name] !== defaults[name])
    .map(name => `${name}: ${compression[name]}`);
  return entries.length === 0 ? 'true' : `{ ${entries.join(', ')} }`;
}

function actionSource(settings: Settings, action: Action): string {
  const close = closeSource(settings);
  switch (action.type) {
    case 'ping':
      return `console.log(\`pong after \${await client.ping()} ms\`);\n${close}`;
    case 'close':
      return close;
    case 'stall':
      return `${messageSource(settings.send)}\n${stalling(settings.send)}`;
    default:
      return `${messageSource(settings.send)}\n${settings.send.count === 1 ? sendingOne(close) : sendingMany(settings, close)}`;
  }
}

function closeSource(settings: Settings): string {
  return `client.close(${closeInfo(settings)});\nconsole.log(await client.closed);`;
}

function closeInfo({ close: { code, reason } }: Settings): string {
  if (code === undefined && reason === '') return '';
  const entries = [code !== undefined && `closeCode: ${code}`, reason !== '' && `reason: ${quoted(reason)}`];
  return `{ ${entries.filter(Boolean).join(', ')} }`;
}

function messageSource({ kind, text, size }: SendSettings): string {
  if (kind === 'file') return 'const message = new Uint8Array(await readFile(process.argv[2]));';
  if (kind === 'binary') {
    return `const message = Uint8Array.from({ length: ${size ?? 0} }, (_, index) => index);`;
  }
  if (size === undefined || text === '') return `const message = ${quoted(text)};`;
  const times = Math.ceil(size / text.length);
  return `const message = ${quoted(text)}.repeat(${times}).slice(0, ${size});`;
}

function sendingOne(close: string): string {
  return `client.writable.getWriter().write(message).catch(() => {}); // \`client.closed\` has the error
const { value } = await client.readable.getReader().read();
console.log(value);
${close}`;
}

function sendingMany(settings: Settings, close: string): string {
  const { count, perSecond } = settings.send;
  const pause =
    perSecond === undefined
      ? ''
      : `\n    await new Promise(resolve => setTimeout(resolve, ${Math.round(1000 / perSecond)})); // ${perSecond} per second`;
  return `async function send() {
  const writer = client.writable.getWriter();
  for (let sent = 0; sent < ${count}; sent++) {
    await writer.ready; // waits while the queue is full
    writer.write(message).catch(() => {});${pause}
  }
}

send().catch(() => {}); // \`client.closed\` has the error
let received = 0;
for await (const message of client.readable) {
  received += 1;
  if (received === ${count}) ${close.split('\n')[0]}
}
console.log(\`\${received} echoes\`, await client.closed);`;
}

function stalling({ count }: SendSettings): string {
  return `const writer = client.writable.getWriter();
writer.closed.catch(() => {});
const halfASecond = () => new Promise(resolve => setTimeout(resolve, 500, 'full'));
let sent = 0;
while (sent < ${Math.max(count, 100)}) {
  const ready = await Promise.race([writer.ready, halfASecond()]);
  if (ready === 'full') break;
  writer.write(message).catch(() => {});
  sent += 1;
}
console.log(\`\${sent} messages sent, \${client.bufferedAmount} bytes queued\`);
client.terminate();
server.terminate();`;
}

function brokenProgram(settings: Settings, input: BrokenInput): string[] {
  const compression = compressionFor(input, settings.connection.compression);
  const options = optionsOf(settings, compression);
  const argument = options && `, ${options}`;
  const verdict = `server.closed.catch(error => {
  console.log(error.message);
  console.log('sent to the peer:', server.closeRecord.sent);
});`;
  if (input.bytes === undefined) {
    return [
      `import { acceptWebSocket, connectWebSocket } from 'wsluice';\nimport { duplexPair } from 'wsluice/testing';`,
      `const [here, there] = duplexPair();
const [client, server] = await Promise.all([
  connectWebSocket(here, 'ws://in.memory/echo'${argument}),
  acceptWebSocket(there${argument}),
]);
server.readable.pipeTo(server.writable).catch(() => {});`,
      `// ${input.fault}\nclient.writable.getWriter().write(new Uint8Array(${bombBytes})).catch(() => {});`,
      verdict,
    ];
  }
  const extension = compression.on ? "\n  'Sec-WebSocket-Extensions: permessage-deflate'," : '';
  return [
    `import { acceptWebSocket } from 'wsluice';\nimport { duplexPair } from 'wsluice/testing';`,
    `const [here, there] = duplexPair();
const accepted = acceptWebSocket(there${argument});`,
    `// A client by hand: the request, then bytes that a client must not send.
const request = [
  'GET /echo HTTP/1.1',
  'Host: in.memory',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',${extension}
];
const writer = here.writable.getWriter();
await writer.write(new TextEncoder().encode(\`\${request.join('\\r\\n')}\\r\\n\\r\\n\`));
const server = await accepted;`,
    `// ${input.fault}\nawait writer.write(new Uint8Array([${hexList(input.bytes)}]));`,
    `${verdict}
server.readable.pipeTo(new WritableStream()).catch(() => {});
await here.readable.pipeTo(new WritableStream()); // ends when the server has closed its side
await writer.close();`,
  ];
}

function hexList(bytes: Uint8Array): string {
  return Array.from(bytes, byte => `0x${byte.toString(16).padStart(2, '0')}`).join(', ');
}

/** Returns a string literal in single quotes. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

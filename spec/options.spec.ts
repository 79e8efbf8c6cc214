import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { ClientHttp2Session, ServerHttp2Stream } from 'node:http2';
import { Duplex } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OptionRule, OptionRules } from '../lib/base/option-rule.ts';
import { Connection } from '../lib/connection/connection.ts';
import { connectionOptions } from '../lib/connection/connection-options.ts';
import { type DeflateOptions, deflateSettings } from '../lib/deflate/deflate-options.ts';
import { EventDecoder, eventDecoderOptions } from '../lib/events/event-decoder.ts';
import { EventEncoder, eventEncoderOptions } from '../lib/events/event-encoder.ts';
import { webSocketDecoder, webSocketDecoderOptions } from '../lib/events/websocket-decoder.ts';
import { WebSocketEncoder, webSocketEncoderOptions } from '../lib/events/websocket-encoder.ts';
import { FrameDecoder, type FrameDecoderOptions } from '../lib/frames/frame-decoder.ts';
import { FrameEncoder } from '../lib/frames/frame-encoder.ts';
import { frameEncoderOptions } from '../lib/frames/frame-writer.ts';
import { ClientConnect } from '../lib/handshake/client-connect.ts';
import { ClientHandshake, type ClientHandshakeOptions } from '../lib/handshake/client-handshake.ts';
import type { ClientOfferOptions } from '../lib/handshake/client-offer.ts';
import type { Acceptance } from '../lib/handshake/client-request.ts';
import { headDecoderOptions } from '../lib/handshake/head-decoder.ts';
import { type RefusalInit, refusal } from '../lib/handshake/refusal.ts';
import { RequestHeadDecoder } from '../lib/handshake/request-head-decoder.ts';
import { ResponseHeadDecoder } from '../lib/handshake/response-head-decoder.ts';
import { ServerHandshake } from '../lib/handshake/server-handshake.ts';
import { type DialOptions, dial } from '../lib/hosts/dial.ts';
import { dialHttp2 } from '../lib/hosts/dial-http2.ts';
import { type ServeOptions, serve } from '../lib/hosts/serve.ts';
import { upgrade } from '../lib/hosts/upgrade.ts';
import { upgradeHttp2 } from '../lib/hosts/upgrade-http2.ts';
import { WebSocketStream as NodeWebSocketStream } from '../lib/hosts/websocket-stream.ts';
import { MessageAssembler, type MessageAssemblerOptions } from '../lib/messages/message-assembler.ts';
import { MessageFragmenter, messageFragmenterOptions } from '../lib/messages/message-fragmenter.ts';
import { WebSocketStream } from '../lib/platform/websocket-stream.ts';
import { type AcceptOptions, acceptWebSocket } from '../lib/sockets/accept-websocket.ts';
import { admissionRules } from '../lib/sockets/admission.ts';
import { type BroadcastOptions, broadcast } from '../lib/sockets/broadcast.ts';
import type { CloseInfo } from '../lib/sockets/close-info.ts';
import { connectWebSocket } from '../lib/sockets/connect-websocket.ts';
import { dialWebSocket } from '../lib/sockets/dial-websocket.ts';
import type { MessageOptions } from '../lib/sockets/message-writable.ts';
import { PreparedMessage, type PreparedMessageOptions } from '../lib/sockets/prepared-message.ts';
import { connectRules } from '../lib/sockets/proposal.ts';
import { type DrainOptions, SocketGroup } from '../lib/sockets/socket-group.ts';
import { EventDecoderStream } from '../lib/streams/event-decoder-stream.ts';
import { FrameDecoderStream } from '../lib/streams/frame-decoder-stream.ts';
import { FrameEncoderStream } from '../lib/streams/frame-encoder-stream.ts';
import { MessageAssemblerStream } from '../lib/streams/message-assembler-stream.ts';
import { MessageFragmenterStream } from '../lib/streams/message-fragmenter-stream.ts';
import { StageStream, type StageStreamOptions } from '../lib/streams/stage-stream.ts';
import { WebSocketDecoderStream } from '../lib/streams/websocket-decoder-stream.ts';
import { WebSocketEncoderStream } from '../lib/streams/websocket-encoder-stream.ts';
import { type SocketPairOptions, socketPair } from '../lib/testing/socket-pair.ts';
import { HandDuplex } from './support/hand-duplex.ts';
import { openByHand } from './support/socket-over.ts';

// Checks that everything with options accepts objects of any shape, and checks every option (A1, A3, B11).

const test = suite('options');

/** Lists the options of a type; the compiler misses one that is forgotten. */
function namesOf<Options>(names: Readonly<Record<keyof Options, 0>>): readonly string[] {
  return Object.keys(names);
}

/** Returns the options that a caller may set. */
function ruledNames<Options>(rules: OptionRules<Options>): readonly string[] {
  const entries = Object.entries<OptionRule<unknown>>(rules);
  return entries.filter(([, rule]) => !rule.reserved).map(([name]) => name);
}

interface EntryPoint {
  readonly names: readonly string[];
  /** The required options. */
  readonly needed?: object;
  /** Throws or rejects on invalid options. */
  call(options: never): unknown;
}

const never = () => new Promise<never>(() => {});
const url = 'ws://h/';
const role = { role: 'server' };

const request = {
  type: 'request',
  method: 'GET',
  target: '/',
  version: '1.1',
  headers: [
    ['Host', 'h'],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ],
} as const;

/** Fails if anything was written or locked. */
function untouched<Out>(use: (duplex: HandDuplex) => Promise<Out>): Promise<Out> {
  const duplex = new HandDuplex();
  return use(duplex).finally(() => {
    assert.equal([duplex.out, duplex.readable.locked, duplex.writable.locked], [[], false, false]);
  });
}

function nodeStream(): Duplex {
  return new Duplex({ read() {}, write: () => assert.unreachable('something was written') });
}

const stage = { write() {}, read: () => undefined, close() {} };
const connectNames = ruledNames(connectRules());
const dialNames = [
  ...connectNames,
  ...namesOf<Pick<DialOptions, 'tls' | 'socketPath' | 'connect'>>({ tls: 0, socketPath: 0, connect: 0 }),
];
const frameDecoderNames = namesOf<FrameDecoderOptions>({ role: 0, rsv1: 0, maxFrameBytes: 0, ownsInput: 0 });
const assemblerNames = namesOf<MessageAssemblerOptions>({ maxMessageBytes: 0, maxFragments: 0 });
const offerNames = namesOf<ClientOfferOptions>({ protocols: 0, headers: 0, origin: 0, extensions: 0 });
const closeNames = namesOf<CloseInfo>({ closeCode: 0, reason: 0 });

const entryPoints: Readonly<Record<string, EntryPoint>> = {
  acceptWebSocket: {
    names: [
      ...ruledNames(admissionRules()),
      ...namesOf<Pick<AcceptOptions, 'request' | 'rest'>>({ request: 0, rest: 0 }),
    ],
    call: options => untouched(duplex => acceptWebSocket(duplex, options)),
  },
  connectWebSocket: {
    names: connectNames,
    call: options => untouched(duplex => connectWebSocket(duplex, url, options)),
  },
  dialWebSocket: {
    names: connectNames,
    call: options => dialWebSocket(() => assert.unreachable() as never, url, options),
  },
  dial: {
    names: dialNames,
    call: options => dial('ws://127.0.0.1:1/', options),
  },
  dialHttp2: {
    names: connectNames,
    call: options => dialHttp2(new EventEmitter() as ClientHttp2Session, url, options),
  },
  upgrade: {
    names: ruledNames(admissionRules()),
    call: options => upgrade(request as never, nodeStream(), new Uint8Array(0), options),
  },
  upgradeHttp2: {
    names: ruledNames(admissionRules()),
    call: options =>
      upgradeHttp2(Object.assign(nodeStream(), { close() {} }) as unknown as ServerHttp2Stream, {}, options),
  },
  'the WebSocketStream of every host': {
    names: connectNames,
    call: options => new WebSocketStream(url, options, never),
  },
  'the WebSocketStream of Node': {
    names: dialNames,
    call: options => new NodeWebSocketStream(url, options),
  },
  Connection: { names: Object.keys(connectionOptions.rules), needed: role, call: o => new Connection(o) },
  FrameDecoder: { names: frameDecoderNames, needed: role, call: o => new FrameDecoder(o) },
  FrameDecoderStream: { names: frameDecoderNames, needed: role, call: o => new FrameDecoderStream(o) },
  FrameEncoder: {
    names: Object.keys(frameEncoderOptions.rules),
    needed: role,
    call: o => new FrameEncoder(o),
  },
  FrameEncoderStream: {
    names: Object.keys(frameEncoderOptions.rules),
    needed: role,
    call: o => new FrameEncoderStream(o),
  },
  MessageAssembler: { names: assemblerNames, call: o => new MessageAssembler(o) },
  MessageAssemblerStream: { names: assemblerNames, call: o => new MessageAssemblerStream(o) },
  MessageFragmenter: {
    names: Object.keys(messageFragmenterOptions.rules),
    call: o => new MessageFragmenter(o),
  },
  MessageFragmenterStream: {
    names: Object.keys(messageFragmenterOptions.rules),
    call: o => new MessageFragmenterStream(o),
  },
  EventDecoder: { names: Object.keys(eventDecoderOptions.rules), call: o => new EventDecoder(o) },
  EventDecoderStream: { names: Object.keys(eventDecoderOptions.rules), call: o => new EventDecoderStream(o) },
  EventEncoder: { names: Object.keys(eventEncoderOptions.rules), call: o => new EventEncoder(o) },
  webSocketDecoder: {
    names: Object.keys(webSocketDecoderOptions.rules),
    needed: role,
    call: o => webSocketDecoder(o),
  },
  WebSocketDecoderStream: {
    names: Object.keys(webSocketDecoderOptions.rules),
    needed: role,
    call: o => new WebSocketDecoderStream(o),
  },
  WebSocketEncoder: {
    names: Object.keys(webSocketEncoderOptions.rules),
    needed: role,
    call: o => new WebSocketEncoder(o),
  },
  WebSocketEncoderStream: {
    names: Object.keys(webSocketEncoderOptions.rules),
    needed: role,
    call: o => new WebSocketEncoderStream(o),
  },
  StageStream: {
    names: namesOf<StageStreamOptions<unknown>>({ burstBytes: 0, sizeOf: 0, byteStream: 0 }),
    call: o => new StageStream(stage, o),
  },
  RequestHeadDecoder: { names: Object.keys(headDecoderOptions.rules), call: o => new RequestHeadDecoder(o) },
  ResponseHeadDecoder: {
    names: Object.keys(headDecoderOptions.rules),
    call: o => new ResponseHeadDecoder(o),
  },
  ClientHandshake: {
    names: [...offerNames, ...namesOf<Pick<ClientHandshakeOptions, 'randomBytes'>>({ randomBytes: 0 })],
    needed: { randomBytes: (n: number) => new Uint8Array(n) },
    call: o => new ClientHandshake(url, o),
  },
  ClientConnect: { names: offerNames, call: o => new ClientConnect(url, o) },
  'ServerHandshake.accept': {
    names: namesOf<Acceptance>({ protocol: 0, extensions: 0, headers: 0 }),
    call: o => new ServerHandshake(request).accept(o),
  },
  'a refusal': {
    names: namesOf<RefusalInit>({ status: 0, reason: 0, headers: 0, body: 0 }),
    needed: { status: 401 },
    call: o => refusal(o),
  },
  deflate: {
    names: namesOf<DeflateOptions>({
      serverContextTakeover: 0,
      clientContextTakeover: 0,
      serverMaxWindowBits: 0,
      clientMaxWindowBits: 0,
      maxDeflaterBytes: 0,
      maxInflaterBytes: 0,
      thresholdBytes: 0,
      codec: 0,
    }),
    call: o => deflateSettings('server', o),
  },
  broadcast: {
    names: namesOf<BroadcastOptions>({ maxBufferedBytes: 0, slow: 0, onOutcome: 0 }),
    call: o => broadcast([], new PreparedMessage('a'), o),
  },
  PreparedMessage: {
    names: namesOf<PreparedMessageOptions>({ compress: 0 }),
    call: o => new PreparedMessage('a', o),
  },
  serve: {
    names: [
      ...ruledNames(admissionRules()),
      ...namesOf<Pick<ServeOptions, 'path' | 'onError'>>({ path: 0, onError: 0 }),
    ],
    call: options => serve(createServer(), () => {}, options),
  },
  socketPair: {
    names: namesOf<SocketPairOptions>({ url: 0, client: 0, server: 0, clock: 0 }),
    call: o => socketPair(o),
  },
  'SocketGroup.drain': {
    names: [...closeNames, ...namesOf<Pick<DrainOptions, 'timeoutMs' | 'clock'>>({ timeoutMs: 0, clock: 0 })],
    call: o => new SocketGroup().drain(o),
  },
  openMessage: {
    names: namesOf<MessageOptions>({ compress: 0 }),
    call: o => openByHand().socket.openMessage('text', o),
  },
  close: { names: closeNames, call: o => openByHand().socket.close(o) },
};

/** Returns the error that a call throws or rejects with. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await Promise.race([call(), new Promise(resolve => setTimeout(resolve, 5))]);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Returns plain objects with these properties. */
function plainShapesOf(properties: object): readonly object[] {
  return [
    { ...properties },
    Object.create(properties),
    Object.freeze({ ...properties }),
    Object.assign(Object.create(null), properties),
  ];
}

/** Returns objects of every shape with these properties. */
function shapesOf(properties: object): readonly object[] {
  const descriptors = Object.getOwnPropertyDescriptors(properties);
  class Instance {}
  Object.defineProperties(Instance.prototype, descriptors);
  class Fields {
    constructor() {
      Object.assign(this, properties);
    }
  }
  return [...plainShapesOf(properties), new Instance(), new (class extends Instance {})(), new Fields()];
}

for (const [name, entry] of Object.entries(entryPoints)) {
  test(`${name} reads options of every shape, and rejects values of the wrong type`, async () => {
    for (const option of entry.names) {
      for (const options of shapesOf({ ...entry.needed, [option]: Symbol('wrong') })) {
        const error = await errorOf(() => entry.call(options as never));
        assert.instance(error, TypeError, option);
        assert.match((error as Error).message, new RegExp(`^${option} must`));
        assert.match((error as Error).message, /\(got |must not be given/);
      }
    }
  });

  test(`${name} passes on the error of a getter`, async () => {
    const thrown = new Error('from the getter');
    for (const option of entry.names) {
      const options = Object.defineProperty({ ...entry.needed }, option, {
        get: () => {
          throw thrown;
        },
        enumerable: true,
      });
      for (const given of [options, Object.create(options)]) {
        assert.is(await errorOf(() => entry.call(given as never)), thrown, option);
      }
    }
  });

  test(`${name} rejects each misspelt option, and suggests the right name`, async () => {
    for (const option of entry.names) {
      const swapped = `${option[1]}${option[0]}${option.slice(2)}`;
      for (const misspelt of [`${option}s`, option.slice(0, -1), swapped]) {
        if (entry.names.includes(misspelt)) continue;
        const given = { ...entry.needed, [misspelt]: undefined };
        // A short name may be a property of an instance.
        for (const options of option.length < 5 ? plainShapesOf(given) : shapesOf(given)) {
          const error = (await errorOf(() => entry.call(options as never))) as Error;
          assert.instance(error, TypeError);
          assert.match(error.message, `no option "${misspelt}"`);
          if (option.length >= 4) assert.match(error.message, /did you mean "\w+"\?/);
        }
      }
    }
  });

  test(`${name} rejects options that are not an object`, async () => {
    for (const options of [5, 'text', [], () => {}]) {
      const error = await errorOf(() => entry.call(options as never));
      assert.instance(error, TypeError);
    }
  });
}

test('suggests our names for the names of other libraries', async () => {
  for (const [entry, foreign, ours] of [
    ['acceptWebSocket', 'maxPayload', 'maxMessageBytes'],
    ['acceptWebSocket', 'perMessageDeflate', 'deflate'],
    ['upgrade', 'verifyClient', 'authorize'],
    ['upgrade', 'handleProtocols', 'protocols'],
    ['upgradeHttp2', 'cors', 'origins'],
    ['dial', 'rejectUnauthorized', 'tls'],
    ['dial', 'handshakeTimeout', 'handshakeTimeoutMs'],
    ['connectWebSocket', 'subprotocols', 'protocols'],
    ['connectWebSocket', 'timeout', 'handshakeTimeoutMs'],
    ['close', 'code', 'closeCode'],
    ['deflate', 'threshold', 'thresholdBytes'],
    ['deflate', 'serverNoContextTakeover', 'serverContextTakeover'],
  ] as const) {
    const error = await errorOf(() => entryPoints[entry]!.call({ [foreign]: 1 } as never));
    assert.match((error as Error).message, `no option "${foreign}" (did you mean "${ours}"?)`);
  }
});

test('B11: explains the argument of close', () => {
  const { socket, duplex } = openByHand();
  for (const info of [1000, 'bye', [1000], null]) {
    assert.throws(() => socket.close(info as never), /close\(\{ closeCode, reason \}\) must be an object/);
  }
  assert.throws(
    () => socket.close({ code: 4000 } as never),
    /^close\(\{ closeCode, reason \}\) has no option "code" \(did you mean "closeCode"\?\)$/,
  );
  assert.is(duplex.wire, '');
  assert.not(socket.closing);
});

test('openMessage: accepts two types of messages', () => {
  const { socket } = openByHand();
  for (const type of ['txt', '', undefined, 5]) {
    assert.throws(() => socket.openMessage(type as never), /^type must be 'text' or 'binary' \(got /);
  }
  assert.is(socket.queuedMessages, 0);
});

test.run();

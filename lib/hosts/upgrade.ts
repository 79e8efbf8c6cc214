// A WebSocket from the 'upgrade' event of Node's HTTP servers.

import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { coded } from '../base/coded.ts';
import { OptionTable } from '../base/option-table.ts';
import type { RequestHead } from '../handshake/head.ts';
import { HeaderFields } from '../handshake/header-fields.ts';
import { accept } from '../sockets/accept-websocket.ts';
import {
  type AdmissionOptions,
  type Authorization,
  admissionRules,
  type ContextOf,
  type SettledAdmissionOptions,
} from '../sockets/admission.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { watched } from './diagnostics.ts';
import { nodeDuplex } from './node-duplex.ts';

/** What a server chooses; the request is known. */
export interface UpgradeOptions<Answer extends Authorization = Authorization>
  extends AdmissionOptions<Answer> {}

const upgradeOptions = /* @__PURE__ */ new OptionTable('upgrade', admissionRules);

/** What a WebSocket has been made of, or will be: a second one would write into the first. */
const upgraded = new WeakSet<Duplex>();

/**
 * A WebSocket as a server, from what the 'upgrade' event of an `http.Server` or `https.Server` gives. Handle the
 * rejection: any client can cause one, and Node ends a process that leaves it unhandled.
 *
 * @param head - what was read behind the request
 * @throws TypeError and RangeError for bad options, by name; the connection is then cut
 * @throws HandshakeError for a client that is refused; `response` has what it was told
 * @example
 * server.on('upgrade', (request, socket, head) => {
 *   upgrade(request, socket, head).then(serve).catch(console.error);
 * });
 */
export async function upgrade<Answer extends Authorization = Authorization>(
  request: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
  options: UpgradeOptions<Answer> = {},
): Promise<OpenWebSocket<ContextOf<Answer>>> {
  const opened = await upgradeChecked(request, socket, head, () => upgradeOptions.check(options));
  return opened as OpenWebSocket<ContextOf<Answer>>;
}

/**
 * {@link upgrade} for options that have been checked.
 *
 * @param options - called when the socket has an owner that cuts it if the options are bad
 */
export function upgradeChecked(
  request: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
  options: () => SettledAdmissionOptions,
): Promise<OpenWebSocket> {
  return watched('server', open(request, socket, head, options));
}

async function open(
  request: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
  options: () => SettledAdmissionOptions,
): Promise<OpenWebSocket> {
  if (upgraded.has(socket)) {
    const message =
      'the socket has been given to upgrade() before: has the server two listeners of its upgrade event?';
    throw coded(new Error(message), 'ERR_ALREADY_UPGRADED');
  }
  upgraded.add(socket);
  const isSocket = socket instanceof Socket;
  if (isSocket) {
    // The server's timeouts were for requests.
    socket.setTimeout(0);
    socket.setNoDelay(true);
  }
  const duplex = nodeDuplex(socket);
  try {
    const given = { request: requestHead(request), rest: new Uint8Array(head) };
    return await accept(duplex, options(), given, isSocket);
  } catch (error) {
    if (!duplex.writable.locked) socket.destroy();
    throw error;
  }
}

function requestHead({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): RequestHead {
  return {
    type: 'request',
    method,
    target: url,
    version: httpVersion,
    headers: new HeaderFields(rawHeaders),
  };
}

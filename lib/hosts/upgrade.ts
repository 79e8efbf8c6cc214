// Opens a WebSocket from the 'upgrade' event of Node's HTTP servers.

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
import { isAdopted, nodeDuplex } from './node-duplex.ts';
import { socketMemory, streamMemory } from './node-memory.ts';

/** The options of {@link upgrade}. */
export interface UpgradeOptions<Answer extends Authorization = Authorization>
  extends AdmissionOptions<Answer> {}

const upgradeOptions = /* @__PURE__ */ new OptionTable('upgrade', admissionRules);

/**
 * Opens a WebSocket as a server from the arguments of the 'upgrade' event of an `http.Server` or `https.Server`. Handle the
 * rejection: any client can cause one, and Node ends a process that leaves it unhandled.
 *
 * @param head - the bytes read after the request
 * @throws TypeError and RangeError for invalid options, after the socket was destroyed; the message names the option
 * @throws HandshakeError if the client is refused; `response` is the response that was sent
 * @example
 * server.on('upgrade', (request, socket, head) => {
 *   upgrade(request, socket, head).then(serve).catch(console.error);
 * });
 */
export function upgrade<Answer extends Authorization = Authorization>(
  request: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
  options: UpgradeOptions<Answer> = {},
): Promise<OpenWebSocket<ContextOf<Answer>>> {
  const opened = upgradeChecked(request, socket, head, () => upgradeOptions.check(options));
  return opened as Promise<OpenWebSocket<ContextOf<Answer>>>;
}

/**
 * {@link upgrade} with a function that returns checked options.
 *
 * @param options - called after the socket was adopted, so that it is destroyed if the options are invalid
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
  // A second WebSocket would write into the first.
  if (isAdopted(socket)) {
    const message = "socket was given to upgrade() before: is there a second 'upgrade' listener?";
    throw coded(new Error(message), 'ERR_ALREADY_UPGRADED');
  }
  const isSocket = socket instanceof Socket;
  if (isSocket) {
    // Switches off the server's timeout, which is for requests.
    socket.setTimeout(0);
    socket.setNoDelay(true);
  }
  const duplex = nodeDuplex(socket);
  try {
    const given = { request: requestHead(request), rest: new Uint8Array(head) };
    return await accept(duplex, options(), given, isSocket ? socketMemory : streamMemory);
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

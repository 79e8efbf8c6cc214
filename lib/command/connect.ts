// `wsluice URL`: opens a WebSocket, sends the input and prints the messages.

import { HandshakeError } from '../handshake/handshake-error.ts';
import { dial } from '../hosts/dial.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import type { Destination, Settings } from './arguments.ts';
import { CommandError, notOpened, usageError } from './command-error.ts';
import { Conversation } from './conversation.ts';
import { dialSettings } from './dial-settings.ts';
import { sendInput } from './input.ts';
import { onStopSignal, type ProcessLike, signalCodes } from './process-like.ts';
import { Session } from './session.ts';

/**
 * Runs until the WebSocket has ended, and returns the exit code.
 *
 * @throws CommandError for invalid options and input, and if no WebSocket opens
 */
export async function connect(to: Destination, settings: Settings, io: ProcessLike): Promise<number> {
  const options = dialSettings(to, settings, io.env);
  const session = new Session(settings, io, settings.files.length === 0);
  try {
    const socket = await open(to, {
      ...options,
      deliver: session.deliver(),
      ...session.tapOptions('client'),
    });
    if (session.prompt !== undefined)
      session.notice(`connected to ${to.href}${agreed(socket)}; Ctrl-D closes`);
    return await converse(socket, session, settings, io);
  } finally {
    await session.close();
  }
}

async function open(to: Destination, options: Parameters<typeof dial>[1]): Promise<OpenWebSocket> {
  try {
    return await dial(to.href, options);
  } catch (error) {
    throw error instanceof HandshakeError ? refused(error) : usageError((error as Error).message);
  }
}

/** Returns an error with the first line of the server's response. */
function refused({ message, response }: HandshakeError): CommandError {
  const [line = ''] = new TextDecoder().decode(response?.body).trim().split('\n');
  return notOpened(line === '' ? message : `${message}: ${line}`);
}

function agreed({ protocol, extensions }: OpenWebSocket): string {
  return [protocol && `protocol ${protocol}`, extensions]
    .filter(Boolean)
    .map(text => `, ${text}`)
    .join('');
}

async function converse(
  socket: OpenWebSocket,
  session: Session,
  settings: Settings,
  io: ProcessLike,
): Promise<number> {
  const conversation = new Conversation(socket, session.conversation());
  const close = () => conversation.close();
  let signalCode: number | undefined;
  const forgetSignals = onStopSignal(io, signal => {
    signalCode = signalCodes[signal];
    close();
  });
  if (session.outputGone.aborted) close();
  session.outputGone.addEventListener('abort', close);
  const input = sendInput(settings, io, session.prompt, async () => [socket], session.onPing);
  // At a prompt the end of input means that the user wants to leave.
  const sent = input.then(() => {
    if (session.prompt === undefined) return conversation.finishWhenQuiet();
    if (session.prompt.interrupted) signalCode = signalCodes.SIGINT;
    close();
  });
  sent.catch(close);
  const ending = await conversation.ended;
  forgetSignals();
  io.stdin.destroy();
  session.prompt?.close();
  await sent.catch(throwCommandError);
  session.showEnding(ending);
  return signalCode ?? ending.exitCode;
}

/** Ignores an error of the input after the end of the socket. */
export function throwCommandError(error: unknown): void {
  if (error instanceof CommandError) throw error;
}

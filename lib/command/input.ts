// Sends the input of the command: files, or lines of standard input or of a prompt.

import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import type { Settings } from './arguments.ts';
import { usageError } from './command-error.ts';
import { linesOf } from './lines.ts';
import { type Outgoing, outgoingOf, send } from './outgoing.ts';
import type { ProcessLike } from './process-like.ts';
import type { Prompt } from './prompt.ts';

/** Resolves with the recipients of the next message when there is at least one. */
export type Recipients = () => Promise<Iterable<OpenWebSocket>>;

/**
 * Sends all input at the speed of the slowest recipient. Resolves when the input has ended.
 *
 * @param prompt - the prompt on which a person types lines and sees mistakes
 * @throws CommandError for input that cannot be sent
 */
export async function sendInput(
  settings: Settings,
  io: ProcessLike,
  prompt: Prompt | undefined,
  recipients: Recipients,
  onPing: (roundTrip: Promise<number>) => void,
): Promise<void> {
  let count = 0;
  for await (const item of itemsOf(settings, io, prompt)) {
    count += 1;
    const sockets = await recipients();
    try {
      const outgoing = typeof item === 'string' ? outgoingOf(item, settings) : item;
      await Promise.all(Array.from(sockets, socket => sendUnlessClosing(socket, outgoing, onPing)));
    } catch (error) {
      const { message } = error as Error;
      const place = typeof item === 'string' ? `line ${count}` : '--file';
      if (prompt === undefined) throw usageError(`${place}: ${message}`);
      prompt.notice(message);
    }
  }
}

/** Reports a file that cannot be read, and ignores a socket that has closed meanwhile. */
async function sendUnlessClosing(
  socket: OpenWebSocket,
  outgoing: Outgoing,
  onPing: (roundTrip: Promise<number>) => void,
): Promise<void> {
  if (socket.closing) return;
  try {
    await send(socket, outgoing, onPing);
  } catch (error) {
    if (!socket.closing || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
  }
}

async function* itemsOf(
  { files, filesAreText }: Settings,
  { stdin }: ProcessLike,
  prompt: Prompt | undefined,
): AsyncGenerator<string | Outgoing, void> {
  if (files.length === 0) return yield* prompt?.lines() ?? linesOf(stdin);
  for (const path of files) yield { type: 'file', path, isText: filesAreText };
}

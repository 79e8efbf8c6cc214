import { WebSocketError } from '../../../../lib/index.ts';
import { WebSocket, WebSocketStream } from '../../../../lib/node.ts';
import { runProgram } from './program.ts';

await runProgram({ WebSocket, WebSocketStream, WebSocketError }, process.argv[2]!);
process.exit(0);

import * as undici from 'undici';
import { runProgram } from './program.ts';

await runProgram(undici, process.argv[2]!);
process.exit(0);

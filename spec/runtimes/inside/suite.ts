// The specs that need no Node, in a process with nothing but a console.

import { suite } from 'portable-specs';

const { passed, failed } = await suite(console.log);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

// Runs the specs that do not need Node. Uses only a console.

import { suite } from 'portable-specs';

const { passed, failed } = await suite(console.log);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

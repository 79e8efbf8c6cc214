// Prints the sizes of the bundles, as the last step of `npm run build`.

import { pieces, sizeLine, sizeOf } from './sizes.ts';

for (const piece of pieces) console.log(sizeLine(await sizeOf(piece)));

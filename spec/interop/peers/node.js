// The global WebSocket of Node 22 and later as a peer: `node node.js client`.

import { openOnRequest, report } from './stdio.js';
import { openWhatwg } from './whatwg.js';

openOnRequest(request => openWhatwg({ WebSocket, report }, request));
report({ type: 'ready', version: process.versions.node });

// Mutants that no spec can notice, or need not: by module, each change as `npm run mutation` prints it, and why.

export const accepted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'connection/connection': {
    'this.#frames.write(noBytes); → ;': 'It lets go of memory; nothing is read any more.',
    "else if (due === 'ping timeout') → else if (true)": 'It is the last of all that can be due.',
    "this.#pings.fail(this.failure ?? WebSocketError.of('the connection is closed')); → this.#pings.fail(this.failure && WebSocketError.of('the connection is closed'));":
      'Where nothing has failed no ping waits any more: the Close of the peer has told them all.',
  },
  'connection/data-lane': {
    'if (!this.hasLeft) → if (false)': 'A list that is empty is as good as another.',
    'if (left.length > 0) → if (true)': 'A list that is empty is as good as a new one.',
    'if (left.length > 0) → if (left.length >= 0)': 'A list that is empty is as good as a new one.',
  },
  'connection/frame-meter': {
    'while (times.length > 0 && times.first <= this.#now - 1000) → while (times.length >= 0 && times.first <= this.#now - 1000)':
      'The first of none is never too old.',
  },
  'connection/outbox': {
    'for (let bytes = 0; bytes < batchBytes && frames.length < most && this.#data.ready;) { → for (let bytes = 1; bytes < batchBytes && frames.length < most && this.#data.ready;) {':
      'Where a batch ends, to the octet, changes no octet that leaves.',
    'this.#pings = []; → ;':
      'Pings that wait behind an urgent Close never leave; they are let go of a little later.',
    'if (payloads.length === 0) → if (false)': 'A list that is empty is as good as a new one.',
  },
  'connection/timeouts': {
    '#excused = { judgement: -Infinity, until: 0 }; → #excused = { judgement: -Infinity, until: 1 };':
      'No judgement is at -Infinity.',
  },
  'deflate/accept-deflate': {
    'const server = Math.min(offer.serverMaxWindowBits ?? 15, settings.serverMaxWindowBits); → const server = Math.min(offer.serverMaxWindowBits ?? 16, settings.serverMaxWindowBits);':
      'The settings never exceed 15, so the smaller of the two is the same.',
    "clientMaxWindowBits: Math.min(typeof hint === 'number' ? hint : 15, settings.clientMaxWindowBits), → clientMaxWindowBits: Math.min(typeof hint === 'number' ? hint : 16, settings.clientMaxWindowBits),":
      'The settings never exceed 15, so the smaller of the two is the same.',
  },
  'deflate/confirm-deflate': {
    'return 15; → return 16;': 'The settings never exceed 15, and the smaller of the two holds.',
  },
  'deflate/deflate-options': {
    'let bits = 15; → let bits = 16;':
      'The smaller of two windows holds: that by memory, and that by choice, which never exceeds 15.',
    'return 15; → return 16;':
      'The smaller of two windows holds: that by choice, and that by memory, which never exceeds 15.',
  },
  'events/delivery': {
    'if (this.#memory.keepsPart(bytes)) → if (false)':
      'What may be kept is copied then, which costs time and changes no octet.',
    'return this.#keeps(bytes, bytes.length / 16); → return undefined;':
      'What may be kept is copied then, which costs time and changes no octet.',
    'return this.#keeps(bytes, bytes.length / 16); → return this.#keeps(bytes, bytes.length / 17);':
      'A little less may be pinned then; what is not kept is copied.',
    'if (piece.first && piece.last) → if (false)':
      'A short cut for a message in one part: the long way gives the same.',
  },
  'events/event-decoder': {
    'this.#part = undefined; → ;': 'A stage that has failed gives its failure, and looks at no part.',
    'const event = delivery.deliver({ type, bytes, first: false, last: false, expectedBytes: 0 }); → const event = delivery.deliver({ type, bytes, first: true, last: false, expectedBytes: 0 });':
      'Where a piece is not the last, it does not matter whether it is the first.',
    'const event = delivery.deliver({ type, bytes, first: false, last: false, expectedBytes: 0 }); → const event = delivery.deliver({ type, bytes, first: false, last: false, expectedBytes: 1 });':
      'A wrong length that is expected costs a copy, and changes no octet.',
    'return delivery.deliver({ type, bytes: noBytes, first: false, last: true, expectedBytes: 0 }); → return delivery.deliver({ type, bytes: noBytes, first: false, last: true, expectedBytes: 1 });':
      'A wrong length that is expected costs a copy, and changes no octet.',
  },
  'events/event-encoder': {
    'this.#parts = none; → ;': 'It lets go of memory; the parts behind the index are none.',
    '#index = 0; → #index = 1;': 'Each write begins anew.',
    'if (this.#index < this.#parts.length) → if (true)':
      'Behind the last part there is nothing, which is what is given; the parts are let go of a write later.',
    'if (this.#index < this.#parts.length) → if (this.#index <= this.#parts.length)':
      'Behind the last part there is nothing, which is what is given.',
  },
  'events/part-deflater': {
    '#first = false; → #first = true;': 'The first part that ever comes begins a message, and says so.',
    "return state.type === 'passing' ? state.part : undefined; → return true ? state.part : undefined;":
      'A stage that is idle has no part: it gives the same undefined.',
    'this.#state = idle; → ;':
      'Asked again it says undefined again; the part that was compressed is let go of.',
  },
  'events/websocket-decoder': {
    "new EventDecoder({ ...options, ownsInput: ownsInput || role === 'server' }))); → new EventDecoder({ ...options, ownsInput: ownsInput && role === 'server' })));":
      'What may be kept is copied then, which costs time and changes no octet.',
  },
  'events/websocket-encoder': {
    'const batchBytes = 49_152; → const batchBytes = 49153;': 'Where a batch ends changes no octet.',
    'this.#drained = frame === undefined; → ;':
      'Asked again it gives nothing again: not to ask spares a fifth of a small message.',
    'while (bytes < batchBytes && batch.length < batchFrames) { → while (bytes <= batchBytes && batch.length < batchFrames) {':
      'Where a batch ends changes no octet.',
    '#drained = true; → #drained = false;': 'Where nothing was written no frame comes, asked for or not.',
  },
  'frames/frame-decoder': {
    '#position = 0; → #position = 1;': 'Each write begins anew.',
    'this.write(noBytes); → ;': 'It lets go of the chunk, of which nothing is left to read.',
    'const start = held.length === 0 ? this.#position : 0; → const start = true ? this.#position : 0;':
      'What is held of a header is completed at the beginning of a chunk, where the position is 0.',
    'if (header.masked) → if (true)': 'The key of a frame without one is 0, which changes no octet.',
    "this.#state = held.length === 0 ? betweenFrames : { type: 'header', held }; → this.#state = false ? betweenFrames : { type: 'header', held };":
      'The state between frames is a header of which nothing is held; it has a name to spare an object.',
    'const available = Math.min(header.payloadBytes - received, this.#chunk.length - this.#position); → const available = Math.min(header.payloadBytes - received, this.#chunk.length + this.#position);':
      'A payload goes on at the beginning of a chunk, where the position is 0.',
  },
  'frames/frame-encoder': {
    'const measuredUnits = 1365; → const measuredUnits = 1366;':
      'Whether a text is measured first decides about memory, not about octets.',
    "if (typeof payload === 'string' && payload.length <= measuredUnits) → if (false)":
      'Whether a text is measured first decides about memory, not about octets.',
    "if (typeof payload === 'string' && payload.length <= measuredUnits) → if (typeof payload !== 'string' && payload.length <= measuredUnits)":
      'Whether a text is measured first decides about memory, not about octets.',
    "if (typeof payload === 'string' && payload.length <= measuredUnits) → if (typeof payload === 'string' && payload.length < measuredUnits)":
      'Whether a text is measured first decides about memory, not about octets.',
    'const isLast = this.#index + 1 === this.#frames.length; → const isLast = this.#index - 1 === this.#frames.length;':
      'What is alone goes by way of the scratch memory then, which changes no octet.',
    'const start = this.#slab.reserve(maxHeaderBytes + (frame.lent ? 0 : payloadBound(frame.payload))); → const start = this.#slab.reserve(maxHeaderBytes + (frame.lent ? 1 : payloadBound(frame.payload)));':
      'A bound of the memory that a frame needs: an octet more changes no octet.',
    "return typeof payload === 'string' ? 3 * payload.length : payload.length; → return typeof payload === 'string' ? 4 * payload.length : payload.length;":
      'A bound of the memory that a frame needs: a larger one changes no octet.',
    'spareScratch = scratch; → ;': 'To use it again spares 80 KiB a chunk, and changes no octet.',
    '#index = 0; → #index = 1;': 'Each write begins anew.',
    'if (key !== undefined) → if (true)': 'Masking by no key changes no octet.',
    'target.copyWithin(begin, guess, guess + written); → target.copyWithin(begin, guess, guess - written);':
      'It is counted from the end of the slab then: more is copied than need be, over octets that nobody has yet.',
    '(masked ? 0x80 : 0) | (payloadBytes < 126 ? payloadBytes : payloadBytes < 65_536 ? 126 : 127); → (masked ? 0x80 : 0) | (payloadBytes <= 126 ? payloadBytes : payloadBytes < 65_536 ? 126 : 127);':
      'The sign for two octets of length is 126 itself.',
    '(masked ? 0x80 : 0) | (payloadBytes < 126 ? payloadBytes : payloadBytes < 65_536 ? 126 : 127); → (masked ? 0x80 : 0) | (payloadBytes < 127 ? payloadBytes : payloadBytes < 65_536 ? 126 : 127);':
      'The sign for two octets of length is 126 itself.',
    'if (begin !== guess) → if (true)': 'Copying to where it is changes nothing.',
  },
  'frames/frame-header': {
    'if (end - start < 2) → if (false)':
      'Octets that are not there are those of no length, which is not whole either.',
    'if (end - start < 2) → if (end + start < 2)':
      'Octets that are not there are those of no length, which is not whole either.',
  },
  'handshake/head-decoder': {
    "if (this.#state.type === 'reading') → if (true)": 'A stage that has failed looks at no chunk.',
    'while (state.chunk.length > 0) { → while (state.chunk.length >= 0) {':
      'In no octets there is no line, which ends the loop, too.',
    'if (bytes > state.line.length) { → if (bytes >= state.line.length) {':
      'A buffer that grows one octet early holds the same.',
    'const grown = new Uint8Array(Math.max(bytes, 2 * state.line.length)); → const grown = new Uint8Array(Math.max(bytes, 3 * state.line.length));':
      'How fast the buffer grows changes time and memory, and nothing else.',
  },
  'handshake/response-body': {
    'this.#ended = !(this.#left > 0); → this.#ended = !(this.#left >= 0);':
      'A chunk of which nothing is to come ends the body, too.',
  },
  'messages/message-assembler': {
    "const open = this.#state.type === 'inside' ? this.#state.message : undefined; → const open = true ? this.#state.message : undefined;":
      'Only the state inside a message has one; the compiler asks.',
  },
};

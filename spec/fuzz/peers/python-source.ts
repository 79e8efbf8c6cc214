// The program of the Python process. Neither library joins the parts of messages, and websockets does not decode text.

export const pythonSource = `
import json, sys

def binary(data):
    return bytes(data).hex()

def read_wsproto(role, compressed, wire, events):
    from wsproto.frame_protocol import FrameProtocol, Opcode, ParseFailed
    from wsproto.extensions import PerMessageDeflate
    extensions = []
    if compressed:
        deflate = PerMessageDeflate(client_no_context_takeover=True, server_no_context_takeover=True)
        deflate.finalize("permessage-deflate; server_no_context_takeover; client_no_context_takeover")
        extensions.append(deflate)
    protocol = FrameProtocol(role == "client", extensions)
    protocol.receive_bytes(wire)
    message = []
    try:
        for frame in protocol.received_frames():
            if frame.opcode in (Opcode.PING, Opcode.PONG):
                events.append([frame.opcode.name.lower(), binary(frame.payload)])
            elif frame.opcode is Opcode.CLOSE:
                code, reason = frame.payload
                events.append(["close", None if code == 1005 else int(code), reason or ""])
                return 0
            else:
                message.append(frame.payload)
                if frame.message_finished:
                    if frame.opcode is Opcode.TEXT:
                        events.append(["text", "".join(message)])
                    else:
                        events.append(["binary", binary(b"".join(message))])
                    message = []
    except ParseFailed as failure:
        return int(failure.code)
    return 1006

def read_websockets(role, compressed, wire, events):
    from websockets.connection import Connection, Side
    from websockets.exceptions import PayloadTooBig, ProtocolError
    from websockets.extensions.permessage_deflate import PerMessageDeflate
    from websockets.frames import OP_BINARY, OP_CLOSE, OP_PING, OP_PONG, OP_TEXT
    connection = Connection(Side.CLIENT if role == "client" else Side.SERVER, max_size=None)
    if compressed:
        connection.extensions = [PerMessageDeflate(True, True, 15, 15)]
    connection.receive_data(wire)
    connection.receive_eof()
    kind, message = None, b""
    for frame in connection.events_received():
        if frame.opcode in (OP_PING, OP_PONG):
            events.append(["ping" if frame.opcode is OP_PING else "pong", binary(frame.data)])
        elif frame.opcode is OP_CLOSE:
            close = connection.close_rcvd
            events.append(["close", None if close.code == 1005 else close.code, close.reason])
            return 0
        else:
            if frame.opcode in (OP_TEXT, OP_BINARY):
                kind = frame.opcode
            message += frame.data
            if frame.fin:
                try:
                    events.append(["text", message.decode()] if kind is OP_TEXT else ["binary", binary(message)])
                except UnicodeDecodeError:
                    return 1007
                kind, message = None, b""
    failure = connection.parser_exc
    if isinstance(failure, ProtocolError):
        return 1002
    if isinstance(failure, PayloadTooBig):
        return 1009
    return 1007 if isinstance(failure, UnicodeDecodeError) else 1006

readers = {"wsproto": read_wsproto, "websockets": read_websockets}
for line in sys.stdin:
    sequence = json.loads(line)
    events = []
    try:
        end = readers[sequence["peer"]](sequence["role"], sequence["compressed"], bytes.fromhex(sequence["wire"]), events)
        answer = {"events": events, "end": end}
    except Exception as error:
        answer = {"events": events, "end": -1, "error": repr(error)}
    print(json.dumps(answer), flush=True)
`;

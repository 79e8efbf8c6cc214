"""Debian's python3-wsproto as a peer: `python-wsproto.py server` or `python-wsproto.py client`."""

import json
import socket
import sys
from urllib.parse import parse_qsl, urlsplit

import wsproto
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Message,
    Ping,
    Pong,
    RejectConnection,
    RejectData,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate


def report(**line):
    print(json.dumps(line), flush=True)


def options_of(target):
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    return {**query, "behaviour": parts.path, "id": int(query["id"])}


class Peer:
    """One connection: passes received bytes to the protocol, and sends the protocol's output."""

    def __init__(self, sock, role, target=None):
        self.sock = sock
        self.protocol = WSConnection(role)
        self.options = target and options_of(target)
        self.refused = None
        self.open = True

    def run(self):
        while self.open:
            data = self.sock.recv(65536)
            self.protocol.receive_data(data or None)
            for event in self.protocol.events():
                self.handle(event)
            self.open = self.open and data != b""
        self.sock.close()

    def send(self, *events):
        for event in events:
            self.sock.sendall(self.protocol.send(event))

    def handle(self, event):
        if isinstance(event, Request):
            self.answer(event)
        elif isinstance(event, AcceptConnection):
            self.behave(event.subprotocol)
        elif isinstance(event, RejectConnection):
            self.refused = {"status": event.status_code, "body": ""}
        elif isinstance(event, RejectData):
            self.collect(event)
        elif isinstance(event, Message):
            self.send(type(event)(event.data, event.frame_finished, event.message_finished))
        elif isinstance(event, Ping):
            self.send(event.response())
        elif isinstance(event, Pong) and event.payload == b"marco":
            self.send(TextMessage("pong marco"))
        elif isinstance(event, CloseConnection):
            self.finish(event)

    def answer(self, request):
        self.options = options_of(request.target)
        if self.options["behaviour"] == "/refuse":
            headers = [(b"Content-Length", b"9")]
            self.send(RejectConnection(403, headers, True), RejectData(b"no entry\n"))
            self.open = False
            return
        wanted = self.options.get("protocol")
        # wsproto does not select a subprotocol that was not offered, but an additional header can.
        unoffered = wanted is not None and wanted not in request.subprotocols
        headers = [(b"Sec-WebSocket-Protocol", wanted.encode())] if unoffered else []
        self.send(AcceptConnection(None if unoffered else wanted, [PerMessageDeflate()], headers))
        self.behave(wanted)

    def behave(self, protocol):
        report(id=self.options["id"], type="open", protocol=protocol or "")
        behaviour = self.options["behaviour"]
        if behaviour == "/close":
            self.send(CloseConnection(int(self.options["code"]), self.options["reason"]))
        if behaviour == "/ping":
            self.send(Ping(b"marco"))
        if behaviour == "/fragments":
            parts = [("one ", False), ("two ", False), ("thrée", True)]
            self.send(*(TextMessage(data, True, last) for data, last in parts))

    def collect(self, event):
        self.refused["body"] += event.data.decode()
        if event.body_finished:
            report(id=self.options["id"], type="failed", **self.refused)
            self.open = False

    def finish(self, event):
        if self.protocol.state is ConnectionState.REMOTE_CLOSING:
            self.send(event.response())
        report(id=self.options["id"], type="closed", code=event.code, reason=event.reason or "")
        self.open = False


def run_server():
    server = socket.create_server(("127.0.0.1", 0))
    report(type="ready", version=wsproto.__version__, port=server.getsockname()[1])
    while True:
        Peer(server.accept()[0], ConnectionType.SERVER).run()


def run_client():
    report(type="ready", version=wsproto.__version__)
    for line in sys.stdin:
        request = json.loads(line)
        url = urlsplit(request["url"])
        target = f"{url.path}?{url.query}"
        peer = Peer(socket.create_connection((url.hostname, url.port)), ConnectionType.CLIENT, target)
        peer.send(Request(url.netloc, target, subprotocols=request["protocols"], extensions=[PerMessageDeflate()]))
        peer.run()


run_server() if sys.argv[1] == "server" else run_client()

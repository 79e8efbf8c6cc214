"""Debian's python3-websockets as a peer: `python-websockets.py server` or `python-websockets.py client`."""

import asyncio
import json
import sys
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from websockets import version
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatusCode
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.legacy.client import connect
from websockets.legacy.server import WebSocketServerProtocol, serve


def report(**line):
    print(json.dumps(line), flush=True)


def options_of(target):
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    return {**query, "behaviour": parts.path, "id": int(query["id"])}


async def behave(websocket, options):
    report(id=options["id"], type="open", protocol=websocket.subprotocol or "")
    try:
        if options["behaviour"] == "/close":
            await websocket.close(int(options["code"]), options["reason"])
        if options["behaviour"] == "/ping":
            await (await websocket.ping("marco"))
            await websocket.send("pong marco")
        if options["behaviour"] == "/fragments":
            await websocket.send(["one ", "two ", "thrée"])
        async for message in websocket:
            await websocket.send(message)
    except ConnectionClosed:
        pass
    await websocket.wait_closed()
    report(id=options["id"], type="closed", code=websocket.close_code, reason=websocket.close_reason)


class Server(WebSocketServerProtocol):
    """Selects the subprotocol of the URL's query, offered or not."""

    async def process_request(self, path, request_headers):
        self.options = options_of(path)
        return (HTTPStatus.FORBIDDEN, [], b"no entry\n") if self.options["behaviour"] == "/refuse" else None

    def process_subprotocol(self, headers, available_subprotocols):
        return self.options.get("protocol")


async def run_server():
    server = await serve(
        lambda websocket: behave(websocket, websocket.options), "127.0.0.1", 0, create_protocol=Server
    )
    report(type="ready", version=version.version, port=server.sockets[0].getsockname()[1])
    await server.wait_closed()


async def run_client():
    report(type="ready", version=version.version)
    while line := await asyncio.to_thread(sys.stdin.readline):
        await open_connection(json.loads(line))


def compression(options):
    """Offers permessage-deflate once as the library does, or once for each set of parameters in the URL's query."""
    if "offers" not in options:
        return {}
    offers = json.loads(options["offers"])
    return {"compression": None, "extensions": [ClientPerMessageDeflateFactory(**offer) for offer in offers]}


async def open_connection(request):
    options = options_of(request["url"])
    try:
        async with connect(
            request["url"], subprotocols=request["protocols"] or None, **compression(options)
        ) as websocket:
            await behave(websocket, options)
    except InvalidStatusCode as error:
        report(id=options["id"], type="failed", status=error.status_code)
    except InvalidHandshake as error:
        report(id=options["id"], type="failed", message=str(error))


asyncio.run(run_server() if sys.argv[1] == "server" else run_client())

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


def wishes(target):
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    return {**query, "behaviour": parts.path, "id": int(query["id"])}


async def behave(websocket, wish):
    report(id=wish["id"], type="open", protocol=websocket.subprotocol or "")
    try:
        if wish["behaviour"] == "/close":
            await websocket.close(int(wish["code"]), wish["reason"])
        if wish["behaviour"] == "/ping":
            await (await websocket.ping("marco"))
            await websocket.send("pong marco")
        if wish["behaviour"] == "/fragments":
            await websocket.send(["one ", "two ", "thrée"])
        async for message in websocket:
            await websocket.send(message)
    except ConnectionClosed:
        pass
    await websocket.wait_closed()
    report(id=wish["id"], type="closed", code=websocket.close_code, reason=websocket.close_reason)


class Server(WebSocketServerProtocol):
    """Answers with the subprotocol that the URL asks for, offered or not."""

    async def process_request(self, path, request_headers):
        self.wish = wishes(path)
        return (HTTPStatus.FORBIDDEN, [], b"no entry\n") if self.wish["behaviour"] == "/refuse" else None

    def process_subprotocol(self, headers, available_subprotocols):
        return self.wish.get("protocol")


async def run_server():
    server = await serve(
        lambda websocket: behave(websocket, websocket.wish), "127.0.0.1", 0, create_protocol=Server
    )
    report(type="ready", version=version.version, port=server.sockets[0].getsockname()[1])
    await server.wait_closed()


async def run_client():
    report(type="ready", version=version.version)
    while line := await asyncio.to_thread(sys.stdin.readline):
        await open_connection(json.loads(line))


def compression(wish):
    """Offers permessage-deflate as the library does, or once for each set of parameters in the URL."""
    if "offers" not in wish:
        return {}
    offers = json.loads(wish["offers"])
    return {"compression": None, "extensions": [ClientPerMessageDeflateFactory(**offer) for offer in offers]}


async def open_connection(request):
    wish = wishes(request["url"])
    try:
        async with connect(
            request["url"], subprotocols=request["protocols"] or None, **compression(wish)
        ) as websocket:
            await behave(websocket, wish)
    except InvalidStatusCode as error:
        report(id=wish["id"], type="failed", status=error.status_code)
    except InvalidHandshake as error:
        report(id=wish["id"], type="failed", message=str(error))


asyncio.run(run_server() if sys.argv[1] == "server" else run_client())

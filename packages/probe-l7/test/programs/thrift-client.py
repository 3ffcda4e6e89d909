"""Asks the Calculator by Apache's Python library, whose sequence ids are all 0.

thrift-client.py GENERATED PORT TRANSPORT PROTOCOL ROUNDS [SERVICE...], PROTOCOL being binary, old, compact or zlib.
Asks everything ROUNDS times, in the first round four calls at once, and prints what it got, as JSON.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from calculator import Calculator
from thrift.protocol import TBinaryProtocol, TCompactProtocol, THeaderProtocol
from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol
from thrift.transport import TSocket, TTransport
from thrift.transport.THeaderTransport import THeaderClientType, THeaderSubprotocolID, THeaderTransformID

_, _, port, transport, protocol, rounds, *services = sys.argv
socket = TSocket.TSocket("127.0.0.1", int(port))
if transport == "header":
    encoding = THeaderSubprotocolID.COMPACT if protocol == "compact" else THeaderSubprotocolID.BINARY
    writer = THeaderProtocol.THeaderProtocol(socket, [THeaderClientType.HEADERS], encoding)
    writer.set_header(b"tenant", b"one")
    if protocol == "zlib":
        writer.add_transform(THeaderTransformID.ZLIB)
else:
    over = {"buffered": TTransport.TBufferedTransport, "framed": TTransport.TFramedTransport}[transport](socket)
    writer = {
        "binary": lambda: TBinaryProtocol.TBinaryProtocol(over),
        "old": lambda: TBinaryProtocol.TBinaryProtocol(over, strictWrite=False),
        "compact": lambda: TCompactProtocol.TCompactProtocol(over),
    }[protocol]()

socket.open()
clients = [Calculator.Client(TMultiplexedProtocol(writer, service)) for service in services] or [
    Calculator.Client(writer)
]

counts = {}


def expect(what, call, *args):
    try:
        call(*args)
        outcome = "result"
    except Exception as error:
        outcome = type(error).__name__
    counts[what + " " + outcome] = counts.get(what + " " + outcome, 0) + 1


for turn in range(int(rounds)):
    for client in clients:
        expect("ping", client.ping)
        expect("add", client.add, turn, 2)
        expect("divide", client.divide, 7, turn % 2)
        expect("items", client.items, turn * 7)
        expect("echo", client.echo, b"x" * (turn * 700))
        expect("missing", client.missing)
        expect("broken", client.broken)
        client.note("note")
        if turn > 0:
            continue
        # Four calls under way at once.
        for right in range(4):
            client.send_add(turn, right)
        for right in range(4):
            expect("add", client.recv_add)
print(json.dumps(counts))
socket.close()

"""Serves calculator.thrift: thrift-server.py GENERATED PORT TRANSPORT PROTOCOL [SERVICE...]

TRANSPORT: buffered, framed or header. PROTOCOL: binary, old, compact. With services, they share the port.
"""

import sys

sys.path.insert(0, sys.argv[1])

from calculator import Calculator
from calculator.ttypes import InvalidOperation, Item
from thrift.protocol import TBinaryProtocol, TCompactProtocol, THeaderProtocol
from thrift.server import TServer
from thrift.TMultiplexedProcessor import TMultiplexedProcessor
from thrift.transport import TSocket, TTransport
from thrift.transport.THeaderTransport import THeaderClientType


class Handler:
    def ping(self):
        pass

    def add(self, left, right):
        return left + right

    def divide(self, left, right):
        if right == 0:
            raise InvalidOperation(code=17, reason="division by zero")
        return left // right

    def items(self, count):
        return [
            Item("item %d" % i, list(range(i)), {"net": i / 3, "gross": i / 2}, i % 2 == 0) for i in range(count)
        ]

    def echo(self, text):
        return text.decode()

    def broken(self):
        raise RuntimeError("the secret of 'alice' is out")

    def note(self, text):
        pass


class OldProtocol(TBinaryProtocol.TBinaryProtocol):
    """Messages without a version. The library reads their names as bytes and can't write those."""

    def __init__(self, transport):
        super().__init__(transport, strictRead=False, strictWrite=False)

    def readMessageBegin(self):
        name, kind, sequence = super().readMessageBegin()
        return name.decode() if isinstance(name, bytes) else name, kind, sequence


class OldFactory:
    def getProtocol(self, transport):
        return OldProtocol(transport)


def processor():
    made = Calculator.Processor(Handler())
    del made._processMap["missing"]
    return made


_, _, port, transport, protocol, *services = sys.argv
if services:
    serving = TMultiplexedProcessor()
    for service in services:
        serving.registerProcessor(service, processor())
else:
    serving = processor()

transports = {
    "buffered": TTransport.TBufferedTransportFactory,
    "framed": TTransport.TFramedTransportFactory,
    "header": TTransport.TTransportFactoryBase,
}
protocols = {
    "binary": TBinaryProtocol.TBinaryProtocolFactory,
    "old": OldFactory,
    "compact": TCompactProtocol.TCompactProtocolFactory,
}
if transport == "header":
    factory = THeaderProtocol.THeaderProtocolFactory([THeaderClientType.HEADERS])
else:
    factory = protocols[protocol]()
server = TServer.TThreadedServer(
    serving, TSocket.TServerSocket("127.0.0.1", int(port)), transports[transport](), factory, daemon=True
)
server.serve()

"""A gRPC server with one method of each kind, on the port that is its argument. It counts its calls on standard output."""

import signal
import sys
from concurrent import futures

import grpc


def add(request, context):
    return request


def fail(request, context):
    context.abort(grpc.StatusCode.NOT_FOUND, "no item 'secret' in 100% of carts")


def listing(request, context):
    for number in range(request[0]):
        yield bytes([number]) * 2000


def total(requests, context):
    return bytes([sum(1 for _ in requests)])


def chat(requests, context):
    for request in requests:
        yield request


methods = {
    "Add": grpc.unary_unary_rpc_method_handler(add),
    "Fail": grpc.unary_unary_rpc_method_handler(fail),
    "List": grpc.unary_stream_rpc_method_handler(listing),
    "Total": grpc.stream_unary_rpc_method_handler(total),
    "Chat": grpc.stream_stream_rpc_method_handler(chat),
}
server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.Cart", methods),))
server.add_insecure_port("127.0.0.1:" + sys.argv[1])
signal.signal(signal.SIGTERM, lambda *_: server.stop(None))
server.start()
print("ready", flush=True)
server.wait_for_termination()

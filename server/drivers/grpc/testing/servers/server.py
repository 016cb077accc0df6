"""The service in Python. Messages are a few bytes, so they are written out and no code is generated."""
import os
import signal
import sys
import threading
import time
from concurrent import futures

import grpc

NAME = os.environ.get("NAME", "python")
LIMIT_S = int(os.environ.get("LIMIT_MS", "5000")) / 1000
SERVING, NOT_SERVING = b"\x08\x01", b"\x08\x02"
status = {b"": SERVING, b"\x0a\x0cfixture.Slow": SERVING}
told = threading.Event()


def number(message):
    value = 0
    for byte in reversed(message[1:]):
        value = value * 128 + (byte & 127)
    return value


def text(value):
    return b"\x0a" + bytes([len(value)]) + value.encode()


def wait(request, context):
    time.sleep(number(request) / 1000)
    return text(NAME)


def tick(request, context):
    while context.is_active():
        yield text(NAME)
        time.sleep(number(request) / 1000)


def check(request, context):
    if request not in status:
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    return status[request]


def say(line):
    print(line, flush=True)


def main():
    # A thread a call: a stuck one must not keep the others from being served.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64), options=[("grpc.so_reuseport", 0)])
    unary, stream = grpc.unary_unary_rpc_method_handler, grpc.unary_stream_rpc_method_handler
    server.add_generic_rpc_handlers((
        grpc.method_handlers_generic_handler("fixture.Slow", {"Wait": unary(wait), "Tick": stream(tick)}),
        grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": unary(check)}),
    ))
    if server.add_insecure_port("127.0.0.1:" + os.environ["PORT"]) == 0:
        sys.exit("the port is taken")
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    server.start()
    say("SERVING")
    told.wait()
    began = time.monotonic()
    say("GRACEFUL_SHUTDOWN")
    for service in status:
        status[service] = NOT_SERVING
    # No limit of its own here: the timer below is the one that ends it, as in the other languages.
    ended = server.stop(86400)
    if not ended.wait(LIMIT_S):
        say("TIMER_EXPIRED %d" % ((time.monotonic() - began) * 1000))
        server.stop(0).wait()
    say("TERMINATED %d" % ((time.monotonic() - began) * 1000))
    # Handlers that sleep must not hold up a process whose server has ended.
    os._exit(0)


main()

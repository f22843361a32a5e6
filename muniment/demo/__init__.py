"""The demo's web: a live blog of our own making and everything it cites, served on loopback.

1. Nothing in it is real: hosts end in `.example`, places, people and sources are invented, pictures are drawn by code.
2. It needs no network and leaves no file outside the folder it is given.
3. The server logs every byte it reads and sends, so that a recording can be compared with the wire.
"""

from muniment.demo.expected import Expectation
from muniment.demo.web import DemoWeb, Endpoint, start_demo_web
from muniment.demo.wire import WireExchange

__all__ = ["DemoWeb", "Endpoint", "Expectation", "WireExchange", "start_demo_web"]

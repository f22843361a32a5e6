"""The recording proxy: what a client asks and what a server answers, byte for byte, into the WARC.

`Recorder` runs the proxy, `CaptureChannel` is one capture's door to it, `Recording` what came through.
"""

from archiver.recorder.channel import CaptureChannel, ExchangeNote, Failure, Recording, Refusal
from archiver.recorder.limits import RecorderLimits
from archiver.recorder.policy import Allowance, EgressPolicy
from archiver.recorder.proxies import ProxyScheme, UpstreamProxy
from archiver.recorder.recorder import Recorder
from archiver.recorder.recovery import Recovered, SpoolRecovery, recover_spool
from archiver.recorder.resolver import Endpoint, MapResolver, Resolution, Resolver, SystemResolver
from archiver.recorder.tls import UpstreamTrust
from archiver.recorder.tunnel import Tunnel

__all__ = [
    "Allowance",
    "CaptureChannel",
    "EgressPolicy",
    "Endpoint",
    "ExchangeNote",
    "Failure",
    "MapResolver",
    "ProxyScheme",
    "Recorder",
    "RecorderLimits",
    "Recording",
    "Recovered",
    "Refusal",
    "Resolution",
    "Resolver",
    "SpoolRecovery",
    "SystemResolver",
    "Tunnel",
    "UpstreamProxy",
    "UpstreamTrust",
    "recover_spool",
]

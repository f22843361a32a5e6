"""Which Chromium there is, and how it is started."""

import base64
import hashlib
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AUTO, NEVER = "auto", "never"


def find_browser(setting: str) -> str:
    """The program that `setting` (auto, never or a path) stands for; "" where there is none, or no driver for it."""
    if setting == NEVER or find_spec("playwright") is None:
        return ""
    wanted = COMMANDS if setting == AUTO else (setting,)
    return next((found for found in map(shutil.which, wanted) if found), "")


def why_none(setting: str) -> str:
    """Why `find_browser` found none, in words."""
    if setting == NEVER:
        return "switched off (browser = never)"
    if find_spec("playwright") is None:
        return "the extra `browser` is not installed"
    return "Chromium is not installed" if setting == AUTO else f"{setting} is not a program"


def spki_sha256(pem: bytes) -> str:
    """Base64 of the SHA-256 of each certificate's key, as `--ignore-certificate-errors-spki-list` wants them."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    ders = [one.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for one in x509.load_pem_x509_certificates(pem)]
    return ",".join(base64.b64encode(hashlib.sha256(der).digest()).decode() for der in ders)


def arguments(pem: bytes) -> list[str]:
    """Command-line switches beside those of the driver. Everything goes to the recorder, or nowhere."""
    return [
        "--proxy-bypass-list=<-loopback>",      # Chromium else goes directly to loopback
        f"--ignore-certificate-errors-spki-list={spki_sha256(pem)}",
        "--disable-quic",
        # WebRTC would send UDP around the proxy; which of the two names is read depends on the version
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-domain-reliability",
        "--disable-sync",
        "--no-first-run",
        "--no-pings",
        "--dns-prefetch-disable",
        "--autoplay-policy=no-user-gesture-required",
    ]


def may_be_sandboxed() -> bool:
    """Chromium's sandbox does not start for root."""
    return not hasattr(os, "geteuid") or os.geteuid() != 0


def scripts_folder() -> Path:
    """Where the scripts are that run in pages."""
    return Path(__file__).parent / "scripts"

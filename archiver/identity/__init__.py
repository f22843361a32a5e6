"""As whom pages are asked for: the cookies of a signed-in profile, given to every client within their own domains.

`Identity` is what clients get; `read_cookies` reads what other programs export.
"""

from archiver.identity.exports import read_cookies
from archiver.identity.model import Cookie, Identity

__all__ = ["Cookie", "Identity", "read_cookies"]

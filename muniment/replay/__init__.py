"""Replay: looking again at recorded pages, offline, in the user's own browser.

1. One capture is one archive: a page is played back from the records of its own capture and no others, so that what was
   recorded on different dates is never mixed.
2. The server listens on loopback, on a random port, answers GET and HEAD only, and only to its own name.
3. The player (ReplayWeb.page, AGPL) is a program of its own: fetched by the user, checked against a pinned hash, served
   unchanged, never part of Muniment.
4. Nothing that is replayed reaches the network, plays by itself, or is heard before somebody asks for it.
"""

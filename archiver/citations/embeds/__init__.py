"""Recognisers of embedded posts and players, one module a family of platforms.

1. A recogniser looks at one element and answers with what it embeds, or None; it never fails, fetches nothing, and
   walks no further than
   the element's own content.
2. Every address it answers with is absolute and http(s).
3. Saved pages hold an embed in one of three states - as the author pasted it, as a script left it, as a consent wrapper
   waits for a
   click - and each state gives the same identity.
"""

"""Picture and video reuse: has this picture been seen before, where, and what proves it.

1. What decides is dense agreement: a picture is called the same only where the pixels of a textured, photographic
   overlap agree under one geometry. Hashes and local features only propose whom to compare.
2. The same frame around another photograph is no match: captions, avatars, lower thirds, stickers, flags and logos are
   geometry, not evidence.
3. Files are decoded in the sandbox, on one pinned path; what comes out of it is data of known shape.
4. The same bytes, library versions and thresholds give the same answer; each match says what it rests on.
"""

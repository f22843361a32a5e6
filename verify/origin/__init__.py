"""What a file's making shows of where it comes from: structure, earlier compressions, names, thumbnails, edits, C2PA.

1. Everything here is "consistent with", never "made by": any structure can be imitated.
2. A messenger's copy without metadata is as it should be.
3. Parsing runs in the sandbox's worker; what is pure runs anywhere.
"""

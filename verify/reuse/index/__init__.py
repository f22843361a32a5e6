"""The index: packed segments of fingerprints, and candidates found in many of them."""

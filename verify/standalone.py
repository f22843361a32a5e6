"""The verifier that travels in a bundle as verify.py: standard library only."""

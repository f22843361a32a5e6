"""Photographs, films and papers of the demo, made by code; imports numpy, Pillow and PyAV, so import it where used."""

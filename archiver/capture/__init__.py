"""One attempt at one URL, through the recorder, to a verdict."""

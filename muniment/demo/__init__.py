"""A sample live blog and the web it cites, of our own making."""

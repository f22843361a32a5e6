"""Generated edits, frames and cards for measuring picture reuse: what happens to photographs on their way."""

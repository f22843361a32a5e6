"""Full-text search over what a case says: an index beside the catalogue that can be made anew at any time."""

"""The catalogue: an index over ledger, WARCs and blobs, in a database. It can always be made again."""

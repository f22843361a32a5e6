"""The chain of custody: keys and signatures, the ledger, its tree, its checkpoints."""

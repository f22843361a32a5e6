"""The case: records, content, ledger, checkpoints, bundle. Imports nothing of the layers above."""

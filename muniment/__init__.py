"""The product: its flows, command line, configuration, report and demo."""

__version__ = "0.1.0"

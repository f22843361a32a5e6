"""The product: its flows, command line, configuration, report and demo."""

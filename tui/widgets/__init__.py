"""Widgets of the application's own."""

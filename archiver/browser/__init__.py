"""Pages as a browser shows them: an installed Chromium, driven through the recorder."""

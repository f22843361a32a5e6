"""What asks for bytes: requests and yt-dlp, both only through the recorder."""

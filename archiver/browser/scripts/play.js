// Start every video and sound, muted, so that players fetch what they play.
(() => {
  const done = [];
  for (const media of document.querySelectorAll("video, audio")) {
    if (done.length >= 20) break;
    media.muted = true;
    media.preload = "auto";
    const started = media.play();
    if (started) started.catch(() => {});
    done.push("play: " + media.tagName.toLowerCase() + " " + (media.currentSrc || media.src || "without address").slice(0, 300));
  }
  return done;
})()

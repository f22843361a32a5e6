// Runs in every replayed page before its own scripts: nothing plays by itself, and nothing is heard until somebody asks.
// Of a picture in several sizes, a size that was not recorded gives way to one that was.
"use strict";

(() => {
  const wanted = () => Boolean(navigator.userActivation && navigator.userActivation.isActive);
  const asked = () => Boolean(navigator.userActivation && navigator.userActivation.hasBeenActive);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (!wanted() && this.paused) {
      return Promise.reject(new DOMException("replay does not play by itself", "NotAllowedError"));
    }
    return play.call(this);
  };
  const calm = (media) => {
    media.removeAttribute("autoplay");
    media.muted = true;
  };
  const look = (node) => {
    if (node instanceof HTMLMediaElement) {
      calm(node);
    } else if (node.querySelectorAll) {
      node.querySelectorAll("video, audio").forEach(calm);
    }
  };
  new MutationObserver((changes) => changes.forEach((change) => {
    change.addedNodes.forEach(look);
    if (change.type === "attributes" && change.target.hasAttribute("autoplay")) {
      calm(change.target);
    }
  })).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["autoplay"] });
  for (const kind of ["play", "playing"]) {      // whatever began by itself before its attribute could be removed
    document.addEventListener(kind, (event) => {
      if (!asked() && event.target instanceof HTMLMediaElement) {
        event.target.pause();
      }
    }, true);
  }
  document.addEventListener("volumechange", (event) => {
    if (!asked() && event.target instanceof HTMLMediaElement && !event.target.muted) {
      event.target.muted = true;
    }
  }, true);
  const read = Element.prototype.getAttribute, write = Element.prototype.setAttribute;     // before the player's own
  const chosen = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "currentSrc").get;
  document.addEventListener("error", (event) => {
    const image = event.target;
    if (!(image instanceof HTMLImageElement)) {
      return;
    }
    const failed = chosen.call(image);
    const around = image.parentElement instanceof HTMLPictureElement ? image.parentElement.querySelectorAll("source") : [];
    for (const holder of [...around, image]) {
      const sizes = (read.call(holder, "srcset") || "").split(/,\s+/).filter(Boolean);
      const left = sizes.filter((one) => !failed.endsWith(one.trim().split(/\s+/)[0]));
      if (left.length < sizes.length) {
        write.call(holder, "srcset", left.join(", "));
        return;
      }
    }
  }, true);
  if (window.RTCPeerConnection) {
    window.RTCPeerConnection = undefined;     // it would ask name servers around every policy
    window.webkitRTCPeerConnection = undefined;
  }
})();

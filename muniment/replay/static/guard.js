// Stands before the player's service worker (sw.js, unchanged).
// 1. What it answers to recorded pages gets a stricter policy. The player's own lets them open web sockets to anywhere;
//    here they reach this server and nothing else.
// 2. Streamed films (HLS) that Chromium plays by itself reach it as answers that were fetched. It plays none of which
//    the playlist or a piece was made up by a service worker; `data:` counts as fetched.
"use strict";

const POLICY = "Content-Security-Policy";
const REPLAYED = /^.*?\/\d{14}[a-z]{2}_\//;     // what stands before a recorded address
const MOST_PIECES = 100000;                     // that are remembered: some days of film
const MOST_BYTES = 64 << 20;                    // of one piece; those of HLS last seconds
const pieces = new Set();
const listen = self.addEventListener.bind(self);

function harden(answer) {
  if (!(answer instanceof Response) || answer.type === "opaqueredirect" || answer.type === "error") {
    return answer;
  }
  const policy = answer.headers.get(POLICY);
  if (!policy) {
    return answer;
  }
  const headers = new Headers(answer.headers);
  headers.set(POLICY, policy.replace(/\bwss?:(?=[\s;]|$)/g, "").replace(/;?\s*$/, ""));
  headers.set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=()");
  headers.set("Referrer-Policy", "no-referrer");
  const bodiless = [101, 204, 205, 304].includes(answer.status);
  return new Response(bodiless ? null : answer.body,
    { status: answer.status, statusText: answer.statusText, headers });
}

// Where replay has what a playlist names: relative, on its own site or elsewhere, or written anew by the player.
function inReplay(address, playlist) {
  const here = new URL(address, playlist).href;
  const before = playlist.match(REPLAYED)[0];
  const url = here.startsWith(self.registration.scope) && REPLAYED.test(here)
    ? here : before + new URL(address, playlist.slice(before.length)).href;
  if (pieces.size < MOST_PIECES) {
    pieces.add(url);
  }
  return url;
}

function withWholeAddresses(text, playlist) {
  return text.split(/\r?\n/).map((line) => (!line || line.startsWith("#")
    ? line.replace(/\bURI="([^"]+)"/g, (_, address) => `URI="${inReplay(address, playlist)}"`)
    : inReplay(line.trim(), playlist))).join("\n");
}

function asData(type, bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 32768) {
    text += String.fromCharCode.apply(null, bytes.subarray(start, start + 32768));
  }
  return `data:${type.replace(/[^\w.+\/-].*$/, "")};base64,${btoa(text)}`;
}

async function streamed(request, answer) {
  if (!(answer instanceof Response) || !answer.ok || !["video", "audio"].includes(request.destination)) {
    return answer;
  }
  const type = answer.headers.get("Content-Type") || "application/octet-stream";
  const list = /mpegurl/i.test(type) && REPLAYED.test(request.url);
  const whole = /^(bytes=0-)?$/.test(request.headers.get("Range") || "");
  const small = Number(answer.headers.get("Content-Length") || 0) <= MOST_BYTES;
  if (!whole || !small || !(list || pieces.has(request.url) || /mp2t/i.test(type))) {
    return answer;
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return fetch(asData(type, list
    ? new TextEncoder().encode(withWholeAddresses(new TextDecoder().decode(bytes), request.url)) : bytes));
}

self.addEventListener = (type, handler, options) => {
  if (type !== "fetch") {
    listen(type, handler, options);
    return;
  }
  listen("fetch", (event) => handler(new Proxy(event, {
    get(target, name) {
      if (name === "respondWith") {
        return (answer) => target.respondWith(Promise.resolve(answer).then(harden)
          .then((hardened) => streamed(target.request, hardened)));
      }
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  })), options);
};

importScripts("sw.js");

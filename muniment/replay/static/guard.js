// Stands before the player's service worker (sw.js, unchanged): what it answers to recorded pages gets a stricter policy.
// The player's own policy lets recorded pages open web sockets to anywhere; here they reach this server and nothing else.
"use strict";

const POLICY = "Content-Security-Policy";
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

self.addEventListener = (type, handler, options) => {
  if (type !== "fetch") {
    listen(type, handler, options);
    return;
  }
  listen("fetch", (event) => handler(new Proxy(event, {
    get(target, name) {
      if (name === "respondWith") {
        return (answer) => target.respondWith(Promise.resolve(answer).then(harden));
      }
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  })), options);
};

importScripts("sw.js");

// Scroll down a screen at a time, as a reader would, so that what is lazy is loaded.
(async ({ steps, pause }) => {
  const done = [];
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  let lazy = 0;
  for (const image of document.querySelectorAll("img[loading=lazy], iframe[loading=lazy]")) { image.loading = "eager"; lazy++; }
  if (lazy) done.push("lazy loading switched off for " + lazy + " elements");
  const scroller = document.scrollingElement || document.documentElement;
  if (!scroller) return done;
  let last = -1, still = 0;
  for (let step = 0; step < steps; step++) {
    window.scrollBy({ top: Math.max(window.innerHeight - 40, 100), behavior: "instant" });
    await wait(pause);
    const at = Math.round(window.scrollY);
    if (at === last) { if (++still >= 3) break; continue; }  // a page that grows gets three chances to do so
    still = 0; last = at;
    done.push("scroll: to " + at + " of " + scroller.scrollHeight);
  }
  window.scrollTo({ top: 0, behavior: "instant" });
  done.push("scroll: back to 0");
  return done;
})

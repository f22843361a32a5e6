// What a reader sees of this frame, open shadow trees included.
(() => {
  const parts = [document.body ? document.body.innerText : ""];
  for (const node of document.querySelectorAll("*")) {
    if (node.shadowRoot) for (const inner of node.shadowRoot.children) parts.push(inner.innerText || "");
  }
  return parts.join("\n").slice(0, 4000000);
})()

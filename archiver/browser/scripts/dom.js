// The document as it stands, with open shadow trees as <template shadowrootmode>.
(() => {
  const roots = [];
  for (const node of document.querySelectorAll("*")) if (node.shadowRoot) roots.push(node.shadowRoot);
  const doctype = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + "\n" : "";
  const root = document.documentElement;
  if (!root) return "";
  if (!root.getHTML || !roots.length) return doctype + root.outerHTML;
  const shell = root.cloneNode(false).outerHTML;
  const close = shell.lastIndexOf("</");
  return doctype + shell.slice(0, close) + root.getHTML({ shadowRoots: roots }) + shell.slice(close);
})()

// Open what is folded: "show more", "more replies", <details>. Never follows a link to another page.
((limit) => {
  const words = /^(show|see|read|view|load|display|continue)\s+(\d+\s+)?(more|all|full|hidden|the rest|previous|older|reading)(\s+(replies|comments|tweets|posts|text|messages|updates|photos|of this thread|story))?\s*[.…→»]*$|^(more|…|\.\.\.) ?(more)?$|^\d+ (more )?repl(y|ies)$|^show (this )?thread$|^(показать|читать|загрузить) (ещ[её]|больше|полностью|далее|дальше)$|^(voir|afficher|lire) (plus|la suite)$|^(mostrar|ver|leer|cargar) más$|^(daha fazla( göster| oku)?|devamını (oku|gör))$|^(عرض|إظهار|قراءة|اقرأ) (المزيد|أكثر)$|^المزيد$|^mehr (anzeigen|lesen)$/i;
  const visible = (node) => { const box = node.getBoundingClientRect(); return box.width > 1 && box.height > 1 && getComputedStyle(node).visibility !== "hidden"; };
  const done = [];
  for (const node of document.querySelectorAll("details:not([open])")) {
    if (done.length >= limit) return done;
    node.open = true;
    done.push("opened: “" + ((node.querySelector("summary") || {}).innerText || "").trim().slice(0, 80) + "”");
  }
  for (const node of document.querySelectorAll("button, [role=button], a, span[tabindex], div[tabindex]")) {
    if (done.length >= limit) break;
    const label = (node.innerText || node.getAttribute("aria-label") || "").trim();
    if (label.length > 60 || !words.test(label) || !visible(node) || node.__munimentClicked || node.closest("form")) continue;
    const link = node.closest("a[href]");
    if (link && !/^(#|javascript:)/i.test(link.getAttribute("href"))) continue;
    node.__munimentClicked = true;
    node.click();
    done.push("click: “" + label.slice(0, 80) + "”");
  }
  return done;
})

// Refuse tracking where refusal is offered in this frame. Nothing is ever accepted.
(() => {
  const known = ["#onetrust-reject-all-handler", "#CybotCookiebotDialogBodyButtonDecline", "#didomi-notice-disagree-button",
    ".fc-cta-do-not-consent", "#truste-consent-required", ".cmpboxbtnno", "#uc-btn-deny-banner", ".sp_choice_type_13",
    "button[data-testid='uc-deny-all-button']", ".iubenda-cs-reject-btn", ".cky-btn-reject", ".cc-deny"];
  const words = /^(reject|refuse|decline|deny|disagree)( all| optional| non-essential| (optional |all )?cookies)*$|^(only|use only|accept only|allow only) (necessary|essential|required)( cookies)?( only)?$|^(necessary|essential) (cookies )?only$|^(i )?do not (agree|consent|accept)$|^continue without (accepting|agreeing)$|^(tout )?refuser( tout| et continuer)?$|^continuer sans accepter$|^rechazar( todo| todas)?( las cookies)?$|^(alle )?ablehnen$|^nur (notwendige|erforderliche)( cookies)?$|^отклонить( все| всё)?$|^отказаться$|^только необходимые( cookie)?$|^(tümünü )?reddet$|^رفض( الكل)?$|^rifiuta( tutto| tutti)?$|^alles weigeren$|^weigeren$/i;
  const asks = /cookie|consent|privacy|gdpr|partners|файл(ы|ов) cookie|куки|çerez|ملفات تعريف الارتباط|datenschutz|confidentialité|privacidad/i;
  const visible = (node) => { const box = node.getBoundingClientRect(); return box.width > 1 && box.height > 1 && getComputedStyle(node).visibility !== "hidden"; };
  const roots = [document];
  for (const node of document.querySelectorAll("*")) if (node.shadowRoot) roots.push(node.shadowRoot);
  const click = (node, how) => { const label = (node.innerText || node.value || "").trim().slice(0, 80); node.click(); return ["consent refused: clicked “" + label + "” (" + how + ")"]; };
  for (const root of roots) for (const selector of known) {
    const node = root.querySelector(selector);
    if (node && visible(node)) return click(node, selector);
  }
  for (const root of roots) for (const node of root.querySelectorAll("button, [role=button], input[type=button], input[type=submit], a")) {
    const label = (node.innerText || node.value || node.getAttribute("aria-label") || "").trim();
    if (label.length > 60 || !words.test(label) || !visible(node)) continue;
    if (node.tagName === "A" && node.href && !node.getAttribute("href").startsWith("#") && !/^javascript:/i.test(node.getAttribute("href"))) continue;
    let around = node;
    for (let up = 0; up < 8 && around; up++, around = around.parentElement || (around.getRootNode() || {}).host) {
      if (asks.test(around.innerText || "")) return click(node, "by its words");
    }
  }
  return [];
})()

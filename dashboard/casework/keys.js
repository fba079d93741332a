const TYPED = "textarea, select, [contenteditable=true], [role=combobox], [role=listbox], [role=menu], "
  + "input:not([type=checkbox]):not([type=radio]):not([type=button])";
const CARD = "[class*='st-key-card-row-'], [class*='st-key-card-chosen-']";
const OPENS = "[class*='st-key-open-'] button";
const shown = (one) => one && one.getClientRects().length > 0;
const part = (key) => document.querySelector(".st-key-" + CSS.escape(key));
const press = (key) => {
  const button = part(key)?.querySelector("button:not([disabled])");
  if (shown(button)) { button.click(); return true; }
  return false;
};
const cards = () => [...document.querySelectorAll(OPENS)].filter(shown);
let last = "";  // the card where somebody was last: a live look may have drawn it anew, and the focus is lost then
const current = () => {
  const here = document.activeElement;
  const card = here?.closest?.(CARD) ?? (last && here === document.body ? part(last)?.closest(CARD) : null);
  return card?.querySelector(OPENS);
};
const step = (by) => {
  const all = cards(), at = all.indexOf(current());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (!next) return false;
  next.focus();
  last = next.closest("[class*='st-key-open-']").className.match(/st-key-(open-\d+)/)[1];
  next.closest(CARD).scrollIntoView({ block: "nearest" });
  return true;
};
const whenShown = (find, then, left = 100) => {  // tabs and pages open in their own time
  const place = find();
  if (shown(place)) then(place);
  else if (left > 0) setTimeout(() => whenShown(find, then, left - 1), 30);
};
const HELD = 20_000;  // milliseconds: a page that is drawn in pieces may draw the same place twice
let holding;
const letGo = () => clearInterval(holding);
const hold = (find, isKind) => {  // be at a place until somebody moves; what has the focus is left, if kind
  const ends = performance.now() + HELD;
  let were = isKind;
  letGo();
  holding = setInterval(() => {
    const place = find();
    if (performance.now() > ends) letGo();
    else if (shown(place) && (document.activeElement === document.body || !were)) {
      were = true;
      place.focus({ preventScroll: isKind });
    }
  }, 30);
};
const tabOf = (area) => {
  const tabs = area.closest("[data-testid=stTabs]");
  const panels = [...(tabs?.querySelectorAll("[data-testid=stTabPanel]") ?? [])];
  return tabs?.querySelectorAll("[role=tab]")[panels.findIndex((one) => one.contains(area))];
};
const reach = (action) => {
  const area = document.querySelector(`[class*='st-key-${action}-text-'] textarea`);
  if (!area) return false;
  if (!shown(area)) tabOf(area)?.click();
  whenShown(() => area, () => { area.focus(); area.scrollIntoView({ block: "center" }); });
  return true;
};
const select = () => {
  const box = current()?.closest(CARD).querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
};
const covered = () => [...document.querySelectorAll("[role=dialog], [data-testid=stPopoverBody]")].some(shown);

const isOpen = () => Boolean(part("walk"));
const ask = () => { window.emberwatchKeys.dialog.showModal(); return true; };
const meanings = {
  j: () => isOpen() ? press("walk-next") : step(1),
  k: () => isOpen() ? press("walk-previous") : step(-1),
  o: () => { const one = current(); one?.click(); return Boolean(one); },
  t: () => press("take") || press("bulk-take"),
  a: () => reach("answer"),
  e: () => reach("solve"),
  n: () => reach("note"),
  x: select,
  Escape: () => press("walk-back"),
  "?": ask,
};
// It stays when the page is left, so that no key is lost while the next complaint opens; there the list is missing.
const heard = (event) => {
  const target = event.composedPath()[0];
  letGo();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!part("inbox-lists") || window.emberwatchKeys.dialog.open || covered()) return;
  if (target?.closest?.(TYPED)) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (meanings[event.key]?.()) event.preventDefault();
};

export default function ({ data, parentElement }) {
  const dialog = parentElement.querySelector("dialog");
  parentElement.querySelector(".keys").textContent = data.title;
  parentElement.querySelector(".close").textContent = data.close;
  parentElement.querySelector("h2").textContent = data.title;
  parentElement.querySelector("dl").replaceChildren(...data.keys.flatMap(([keys, words]) => {
    const name = document.createElement("dt"), meaning = document.createElement("dd");
    for (const key of keys.split(" ")) {
      const box = document.createElement("kbd");
      box.textContent = key;
      name.append(box);
    }
    meaning.textContent = words;
    return [name, meaning];
  }));
  parentElement.querySelector(".keys").onclick = () => dialog.showModal();
  parentElement.querySelector(".close").onclick = () => dialog.close();

  const slot = window.emberwatchKeys ??= {};
  slot.dialog = dialog;
  for (const [kind, one] of slot.heard ?? []) document.removeEventListener(kind, one);
  slot.heard = [["keydown", heard], ["pointerdown", letGo]];
  for (const [kind, one] of slot.heard) document.addEventListener(kind, one);
  const open = data.chosen !== null;
  if (slot.chosen !== undefined && slot.chosen !== data.chosen) {  // those who do not see are told where they are
    const card = `.st-key-open-${slot.chosen} button`;
    hold(() => {
      const place = document.querySelector(open ? ".st-key-card-text" : card);
      if (open) place?.setAttribute("tabindex", "-1");
      return place;
    }, open);
  }
  slot.chosen = data.chosen;
}

// The card beside a point: what the text says, where it is from, and the way to it.

function put(parent, name, text, language) {
  const element = parent.appendChild(document.createElement(name));
  element.textContent = text;
  element.dir = "auto";
  if (language) element.lang = language;
  return element;
}

// Open the element of the page that a point stands for, and every fold around it.
function openAnchor(anchor) {
  const target = anchor && document.getElementById(anchor);
  if (!target) return;
  for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  location.hash = anchor;
  target.focus();
}

class Card {
  constructor(element, words, themes) {
    this.element = element;
    this.words = words;
    this.themes = themes;
  }

  // Show a point at (x, y) of the stage; `held` cards stay and have buttons.
  show(point, theme, x, y, held, onClose) {
    const { element, words } = this;
    element.replaceChildren();
    if (point.title && point.title !== point.text) {
      put(element, "p", point.title, point.language).className = "marsad-map-title";
    }
    put(element, "p", point.text, point.language);
    const where = element.appendChild(document.createElement("p"));
    where.className = "marsad-map-where";
    for (const part of [point.source, point.date, this.themes[theme] ?? words.map_outside]) {
      if (!part) continue;
      if (where.childNodes.length) where.append(" · ");
      put(where, "bdi", part);
    }
    if (held) this.buttons(point, onClose);
    element.classList.toggle("marsad-map-held", held);
    element.hidden = false;
    this.place(x, y);
  }

  buttons(point, onClose) {
    const row = this.element.appendChild(document.createElement("p"));
    if (point.anchor && document.getElementById(point.anchor)) {
      const open = put(row, "button", this.words.map_open);
      open.type = "button";
      open.addEventListener("click", () => openAnchor(point.anchor));
    }
    const close = put(row, "button", this.words.map_close);
    close.type = "button";
    close.addEventListener("click", onClose);
  }

  // Beside the point, on the side that has more room.
  place(x, y) {
    const { element } = this;
    const stage = element.parentElement;
    const [width, height] = [element.offsetWidth, element.offsetHeight];
    const left = x > stage.clientWidth / 2 ? x - width - 14 : x + 14;
    const top = y > stage.clientHeight / 2 ? y - height - 14 : y + 14;
    element.style.left = `${Math.max(4, Math.min(left, stage.clientWidth - width - 4))}px`;
    element.style.top = `${Math.max(4, Math.min(top, stage.clientHeight - height - 4))}px`;
  }

  hide() {
    this.element.hidden = true;
  }
}

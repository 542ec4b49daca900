// The legend: a button for each theme that has points, with its mark and how many they are.

class Legend {
  // `say` fills the numbers into words; `pressed` is told which style's button was.
  constructor(list, drawing, themes, words, say, pressed) {
    this.drawing = drawing;
    this.buttons = new Map();
    const counts = new Array(OUTSIDE + 1).fill(0);
    for (const style of drawing.styles) counts[style] += 1;
    const others = say("map_others", { n: Math.max(0, themes.length - STYLES) });
    counts.forEach((count, style) => {
      if (!count) return;
      const name = style === OUTSIDE ? words.map_outside : style === OTHERS ? others : themes[style];
      const item = list.appendChild(document.createElement("li"));
      const button = item.appendChild(document.createElement("button"));
      button.type = "button";
      button.title = name;
      button.append(document.createElement("canvas"));
      put(button, "bdi", name);
      put(button, "span", say("{n}", { n: count }));
      button.addEventListener("click", () => pressed(style));
      this.buttons.set(style, button);
      this.press(style, true);
    });
  }

  press(style, on) {
    this.buttons.get(style)?.setAttribute("aria-pressed", String(on));
  }

  // Draw the marks in the colours that the page has now.
  draw() {
    const { ratio, dark } = this.drawing;
    for (const [style, button] of this.buttons) {
      const swatch = button.querySelector("canvas");
      swatch.setAttribute("aria-hidden", "true");
      swatch.width = swatch.height = 16 * ratio;
      const context = swatch.getContext("2d");
      context.scale(ratio, ratio);
      context.translate(8, 8);
      mark(context, style, 5, dark);
    }
  }
}

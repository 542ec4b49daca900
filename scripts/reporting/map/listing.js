// What is in view, as a table for those who do not use the map.

const MOST_LISTED = 100;

class Listing {
  // `visible` gives the numbers of the points in view; `say` fills the numbers into words.
  constructor(details, points, themes, words, visible, say) {
    Object.assign(this, { details, points, themes, words, visible, say });
    details.addEventListener("toggle", () => this.refresh());
  }

  // Fill the table anew, if it is open, once nothing has moved for a moment.
  refreshSoon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.refresh(), 200);
  }

  refresh() {
    if (!this.details.open) return;
    const visible = this.visible();
    const listed = visible.slice(0, MOST_LISTED);
    const caption = this.details.querySelector("caption");
    caption.textContent = this.say("map_listed", { n: listed.length, of: visible.length });
    this.details.querySelector("tbody").replaceChildren(...listed.map((i) => this.row(i)));
  }

  row(i) {
    const point = this.points.at(i);
    const row = document.createElement("tr");
    const text = put(row, "td", "", point.language);
    if (point.anchor && document.getElementById(point.anchor)) {
      const link = put(text, "a", point.text || point.title, point.language);
      link.href = `#${point.anchor}`;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        openAnchor(point.anchor);
      });
    } else text.textContent = point.text || point.title;
    put(row, "td", this.themes[this.points.theme[i]] ?? this.words.map_outside);
    put(row, "td", point.source);
    put(row, "td", point.date);
    return row;
  }
}

// The map: zoom, pan, hover, choose, search and legend over the drawing.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const DEEPEST = 80;
const REACH = 14;

class TextMap {
  constructor(root) {
    this.root = root;
    const data = JSON.parse(this.part("data").textContent);
    this.words = data.words;
    this.number = new Intl.NumberFormat(data.locale);
    this.points = new Points(data);
    this.canvas = this.part("canvas");
    this.drawing = new Drawing(this.canvas, this.points);
    this.card = new Card(this.part("card"), data.words, data.themes);
    this.shown = new Array(STYLES + 2).fill(true);
    this.hits = null;
    this.chosen = null;
    this.held = false;
    this.transform = vendor.zoomIdentity;
    this.part("body").hidden = false;
    this.legend = new Legend(this.part("legend"), this.drawing, data.themes, data.words,
      (key, numbers) => this.say(key, numbers), (style) => this.toggle(style, !this.shown[style]));
    this.listing = new Listing(this.part("list"), this.points, data.themes, data.words,
      () => this.visible(), (key, numbers) => this.say(key, numbers));
    this.makeZoom();
    this.listen();
    this.fit();
    // Texts are read once the page stands, so that it stands soon.
    setTimeout(() => this.points.columns, 300);
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  say(key, numbers) {
    return (this.words[key] ?? key).replace(/\{(n|of)\}/g, (_, n) => this.number.format(numbers[n]));
  }

  toggle(style, on) {
    this.shown[style] = on;
    this.legend.press(style, on);
    if (this.chosen !== null && !this.isShown(this.chosen)) this.choose(null);
    this.tree = null;
    this.changed();
    this.countHits();
  }

  makeZoom() {
    this.zoom = vendor.zoom()
      .scaleExtent([1, DEEPEST])
      // A single finger scrolls the page while everything is in view, and moves the map after.
      .filter((event) => !event.button && (!event.ctrlKey || event.type === "wheel")
        && !(event.type === "touchstart" && event.touches.length < 2 && this.transform.k <= 1))
      .on("start", () => this.canvas.classList.add("marsad-map-moving"))
      .on("end", () => this.canvas.classList.remove("marsad-map-moving"))
      .on("zoom", ({ transform }) => {
        this.transform = transform;
        this.canvas.classList.toggle("marsad-map-zoomed", transform.k > 1);
        if (!this.held) this.card.hide();
        this.changed();
      });
    this.zoomed = vendor.select(this.canvas).call(this.zoom).on("dblclick.zoom", null);
  }

  // The canvas, moving softly to what is asked next, if the reader does not mind motion.
  soft() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return still ? this.zoomed : this.zoomed.transition().duration(250);
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => { this.pointer = event.pointerType; });
    canvas.addEventListener("pointermove", (event) => this.hover(event));
    canvas.addEventListener("pointerleave", () => { if (!this.held) this.choose(null); });
    canvas.addEventListener("click", (event) => this.click(event));
    canvas.addEventListener("keydown", (event) => this.key(event));
    const buttons = {
      in: () => this.soft().call(this.zoom.scaleBy, 1.6),
      out: () => this.soft().call(this.zoom.scaleBy, 1 / 1.6),
      reset: () => this.reset(),
      previous: () => this.step(-1),
      next: () => this.step(1),
    };
    for (const [name, act] of Object.entries(buttons)) this.part(name).addEventListener("click", act);
    const search = this.part("search");
    search.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.search(), 120);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.search();
      this.step(event.shiftKey ? -1 : 1);
    });
    new ResizeObserver(() => this.fit()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.fit());
    for (const [name, light] of [["beforeprint", true], ["afterprint", false]]) {
      addEventListener(name, () => { this.drawing.light = light; this.fit(true); });
    }
  }

  fit(now = false) {
    const before = [this.drawing.width, this.drawing.height];
    this.drawing.fit();
    const { width, height } = this.drawing;
    this.tree = null;
    this.legend.draw();
    this.zoom.extent([[0, 0], [width, height]]).translateExtent([[0, 0], [width, height]]);
    if (before[0] && before[0] !== width) this.zoomed.call(this.zoom.transform, vendor.zoomIdentity);
    if (now) this.draw();
    else this.changed();
  }

  changed() {
    this.listing.refreshSoon();
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = null;
    this.drawing.draw(this);
  }

  isShown(i) {
    return this.shown[styleOf(this.points.theme[i])];
  }

  at(i) {
    return [this.transform.applyX(this.drawing.px[i]), this.transform.applyY(this.drawing.py[i])];
  }

  // The numbers of the points in view that are shown and match.
  visible() {
    const { width, height } = this.drawing;
    return this.numbers().filter((i) => {
      const [x, y] = this.at(i);
      return x >= 0 && y >= 0 && x <= width && y <= height;
    });
  }

  // The numbers of all points that are shown and match.
  numbers() {
    return [...this.points.theme.keys()].filter((i) => this.isShown(i) && (!this.hits || this.hits[i]));
  }

  nearest(x, y, reach) {
    const { px, py } = this.drawing;
    this.tree ??= vendor.quadtree(
      [...this.points.theme.keys()].filter((i) => this.isShown(i)), (i) => px[i], (i) => py[i]);
    const [a, b] = this.transform.invert([x, y]);
    return this.tree.find(a, b, reach / this.transform.k) ?? null;
  }

  hover(event) {
    if (event.pointerType === "touch" || this.held || event.buttons) return;
    const i = this.nearest(event.offsetX, event.offsetY, REACH);
    this.canvas.classList.toggle("marsad-map-over", i !== null);
    if (i !== this.chosen) this.choose(i);
  }

  click(event) {
    const i = this.nearest(event.offsetX, event.offsetY, this.pointer === "touch" ? 2 * REACH : REACH);
    if (i === null) this.choose(null);
    else if (this.pointer !== "touch") this.open(i);
    else this.choose(i, true);
  }

  open(i) {
    const anchor = this.points.value("anchor", i);
    if (anchor && document.getElementById(anchor)) {
      this.choose(null);
      openAnchor(anchor);
    } else this.choose(i, true);
  }

  // Mark a point and show its card; `held` keeps it there, as for keys and touch.
  choose(i, held = false) {
    this.chosen = i;
    this.held = i !== null && held;
    if (i === null) this.card.hide();
    else {
      this.card.show(this.points.at(i), this.points.theme[i], ...this.at(i), this.held, () => {
        this.choose(null);
        this.canvas.focus();
      });
    }
    this.changed();
  }

  // Choose as with a key: bring it into view, and have it read out.
  visit(i) {
    const { width, height } = this.drawing;
    const [x, y] = this.at(i);
    if (x < 20 || y < 20 || x > width - 20 || y > height - 20) {
      this.zoomed.call(this.zoom.translateTo, this.drawing.px[i], this.drawing.py[i]);
    }
    this.choose(i, true);
    const { text, title, source, date, language } = this.points.at(i);
    const told = this.part("told");
    told.lang = language;
    told.textContent = [title, text, source, date].filter(Boolean).join(". ");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step && event.shiftKey) {
      this.zoomed.call(this.zoom.translateBy, ...step.map((s) => (-80 * s) / this.transform.k));
    } else if (step) this.go(...step);
    else if (event.key === "+" || event.key === "=") this.part("in").click();
    else if (event.key === "-" || event.key === "−") this.part("out").click();
    else if (event.key === "0" || event.key === "Home") this.reset();
    else if (event.key === "Enter" && this.chosen !== null) this.open(this.chosen);
    else if (event.key === "Escape") this.choose(null);
    else return;
    event.preventDefault();
  }

  // Go to the next point in a direction; the first time, to the one nearest to the middle.
  go(dx, dy) {
    const middle = [this.drawing.width / 2, this.drawing.height / 2];
    const [x, y] = this.chosen === null ? middle : this.at(this.chosen);
    let best = null;
    let least = Infinity;
    for (const i of this.numbers()) {
      const [a, b] = this.at(i);
      const ahead = (a - x) * dx + (b - y) * dy;
      const aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
      const far = this.chosen === null ? Math.hypot(a - x, b - y) : ahead + 2 * aside;
      if (i === this.chosen || (this.chosen !== null && (ahead <= 0 || aside > 2 * ahead))) continue;
      if (far < least) [best, least] = [i, far];
    }
    if (best !== null) this.visit(best);
  }

  search() {
    clearTimeout(this.typing);
    const query = this.part("search").value;
    if (query === this.asked) return;
    this.asked = query;
    this.hits = this.points.matching(query);
    this.choose(null);
    this.countHits();
  }

  countHits() {
    const found = this.hits ? this.numbers().length : 0;
    this.part("previous").disabled = this.part("next").disabled = !found;
    this.part("hits").textContent = !this.hits ? "" : found
      ? this.say("map_hits", { n: found, of: this.points.count }) : this.words.map_no_hits;
  }

  // Go to the next match, or the one before.
  step(by) {
    if (!this.hits) return;
    const found = this.numbers();
    if (!found.length) return;
    const at = found.indexOf(this.chosen);
    this.visit(found[at < 0 && by < 0 ? found.length - 1 : (at + by + found.length) % found.length]);
  }

  reset() {
    this.part("search").value = "";
    this.search();
    this.choose(null);
    this.shown.forEach((on, style) => { if (!on) this.toggle(style, true); });
    this.soft().call(this.zoom.transform, vendor.zoomIdentity);
  }
}

for (const root of document.querySelectorAll(".marsad-map")) new TextMap(root);

// What the page holds of the points: places and themes at once, texts when they are asked for.

const FIELDS = ["text", "title", "source", "date", "language", "anchor"];
const LETTER_FORMS = {
  "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك",
  "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه",
};
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// The form in which texts are searched: without case, accents, tashkeel and tatweel, Arabic
// letters in their plain forms, digits as 0-9, words parted by single spaces.
function normal(text) {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{Mn}\p{Cf}\u0640]+/gu, "")
    .replace(/[ٱىیېےکڪةەہھۃ]/g, (letter) => LETTER_FORMS[letter])
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef]/g, (digit) => {
      const code = digit.codePointAt(0);
      return String(code - ZEROS.filter((zero) => zero <= code).pop());
    })
    .replace(/[^\p{L}\p{N}\p{Mc}]+/gu, " ")
    .trim();
}

class Points {
  constructor(data) {
    this.data = data;
    this.count = data.count;
    this.width = data.width;
    this.height = data.height;
    const places = new Uint16Array(bytesOf(data.places).buffer);
    this.x = Float32Array.from({ length: this.count }, (_, i) => places[2 * i] / 65535);
    this.y = Float32Array.from({ length: this.count }, (_, i) => places[2 * i + 1] / 65535);
    this.theme = new Uint16Array(bytesOf(data.theme).buffer);
    this.forms = null;
  }

  get columns() {
    if (!this.read) {
      const inflated = vendor.inflateSync(bytesOf(this.data.columns));
      this.read = JSON.parse(new TextDecoder().decode(inflated));
      this.data.columns = "";
    }
    return this.read;
  }

  // What is known of a point, by name.
  at(i) {
    return Object.fromEntries(FIELDS.map((field) => [field, this.value(field, i)]));
  }

  value(field, i) {
    const [values, which] = this.columns[field];
    return values[which[i]];
  }

  // Say of every point whether it has all words of a query; null for a query without any.
  matching(query) {
    const words = normal(query).split(" ").filter(Boolean);
    if (!words.length) return null;
    this.forms ??= Array.from({ length: this.count }, (_, i) =>
      normal(`${this.value("title", i)} ${this.value("text", i)} ${this.value("source", i)}`));
    return Uint8Array.from(this.forms, (form) => (words.every((w) => form.includes(w)) ? 1 : 0));
  }
}

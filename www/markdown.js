// Markdown that grows: text is only ever appended, so what was read or selected
// stays, and a screen reader hears each word once. Builds elements, never HTML
// from a string.
//
// Knows headings, lists, fenced code, **bold**, *emphasis* and `code`. Marks
// that are not complete yet are held back until the next characters decide.

import { element } from "./elements.js";

/** May still become the start of a block. */
const UNDECIDED = /^(\s*|#{1,6}|[-*]|\d{1,3}\.?|`{1,2}|```[^\n]*)$/;
const FENCE = /^```([^\n]*)\n/;
const HEADING = /^(#{1,6}) /;
const ITEM = /^([-*]|\d{1,3}\.) /;

export class Markdown {
  #root;
  /** The open block: where its text goes, and the list it may belong to. */
  #block;
  #list;
  /** Open inline elements, outermost first: `{ mark, node }`. */
  #inline = [];
  #held = "";
  /** What the next character belongs to: `start` of a line, `text`, `fence`. */
  #mode = "start";
  /** Only there a fence can end. */
  #lineStarts = true;

  constructor(root) {
    this.#root = root;
  }

  write(text) {
    this.#held += text;
    while (this.#step(false));
  }

  /** Nothing more comes: what was held back is text. */
  end() {
    while (this.#step(true));
    this.#closeBlock();
  }

  /** Takes the next piece of `#held`; false when there is too little of it. */
  #step(last) {
    if (this.#held === "") return false;
    if (this.#mode === "start") return this.#startLine(last);
    return this.#mode === "fence" ? this.#inFence(last) : this.#inText(last);
  }

  #startLine(last) {
    const line = this.#held;
    if (line.startsWith("\n")) {
      this.#closeBlock();
      this.#held = line.slice(1);
      return true;
    }
    const fence = FENCE.exec(line);
    if (!fence && !last && UNDECIDED.test(line)) return false;
    const heading = HEADING.exec(line);
    const item = ITEM.exec(line);
    const taken = fence ?? heading ?? item;
    if (taken) {
      this.#closeBlock();
      this.#held = line.slice(taken[0].length);
    }
    if (fence) this.#openFence(fence[1].trim());
    // The page's own headings come first.
    else if (heading) this.#open(element(`h${Math.min(heading[1].length + 2, 6)}`));
    else if (item) this.#openItem(item[1].endsWith("."));
    else if (this.#block) this.#append(" ");
    else this.#open(element("p"));
    if (!fence) this.#mode = "text";
    return true;
  }

  #inText(last) {
    const text = this.#held;
    if (text[0] === "\n") {
      this.#held = text.slice(1);
      this.#mode = "start";
      if (/^H/.test(this.#block.nodeName)) this.#closeBlock();
      return true;
    }
    const code = this.#inline.at(-1)?.mark === "`";
    const mark = code ? /^`/.exec(text)?.[0] : /^(\*\*?|`)/.exec(text)?.[0];
    if (mark) {
      if (mark === "*" && text.length === 1 && !last) return false;
      this.#toggle(mark);
      this.#held = text.slice(mark.length);
      return true;
    }
    const plain = (code ? /^[^\n`]+/ : /^[^\n`*]+/).exec(text)[0];
    this.#append(plain);
    this.#held = text.slice(plain.length);
    return true;
  }

  #inFence(last) {
    const text = this.#held;
    if (this.#lineStarts) {
      if (!last && /^(`{1,2}|```[^\n]*)$/.test(text)) return false;
      const end = /^```[^\n]*\n?/.exec(text);
      if (end) {
        this.#held = text.slice(end[0].length);
        this.#closeBlock();
        this.#mode = "start";
        return true;
      }
    }
    const piece = /^[^\n]*\n?/.exec(text)[0];
    this.#append(piece);
    this.#lineStarts = piece.endsWith("\n");
    this.#held = text.slice(piece.length);
    return true;
  }

  #openFence(language) {
    const code = element("code");
    if (language) code.dataset.language = language;
    // Long lines scroll, and whoever has no mouse must reach them.
    this.#root.append(element("pre", { tabIndex: 0 }, code));
    this.#list = undefined;
    this.#block = code;
    this.#mode = "fence";
    this.#lineStarts = true;
  }

  #openItem(ordered) {
    const name = ordered ? "OL" : "UL";
    if (this.#list?.nodeName !== name) {
      this.#list = element(name.toLowerCase());
      this.#root.append(this.#list);
    }
    this.#block = element("li");
    this.#list.append(this.#block);
  }

  #open(block) {
    this.#root.append(block);
    this.#list = undefined;
    this.#block = block;
  }

  #closeBlock() {
    this.#block = undefined;
    this.#inline = [];
  }

  #toggle(mark) {
    const open = this.#inline.findIndex((one) => one.mark === mark);
    if (open >= 0) {
      this.#inline.length = open;
      return;
    }
    const node = element({ "**": "strong", "*": "em", "`": "code" }[mark]);
    this.#place().append(node);
    this.#inline.push({ mark, node });
  }

  #append(text) {
    const place = this.#place();
    if (place.lastChild?.nodeType === 3) place.lastChild.appendData(text);
    else place.append(text);
  }

  #place() {
    return this.#inline.at(-1)?.node ?? this.#block;
  }
}

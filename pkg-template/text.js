// Text nodes: what they begin and end with, and where they stand.

/** Letters and digits that identify a text, line ends between text nodes
 * included; enough to confirm one also where each letter is a node. */
const HEAD = 96;
/** Letters and digits that tell whether an answer's end is in the page, also
 * where a button or two follow it. */
const TAIL = 64;
/** Letters and digits that tell one text from others, and those at the end of a
 * place among which it is looked for. */
const TELLING = 24, NEWEST = 2048;
/** Elements around a place that are looked at until its text is so long. */
const MAX_UP = 4;
/** Text nodes looked at per batch of mutations, from either end, and how many of which
 * only the first letter is take the room of one. */
const MAX_TEXTS = 32, PASSED = 32;

/** Everything that renderers add, drop or beautify. Must be what
 * `answer::is_noise` in the WebAssembly part drops. */
const NOISE = /[\0-\/:-@[-`{-\xbf\u2000-\u2bff\u3000-\u303f\ufe0f]+/g;

/** What may stand before an answer in its very text node: "Assistant: ", "🤖 ". */
const LABEL = /^\s*(?:[^:\n]{1,24}:|\p{Extended_Pictographic}\S*)\s+/u;
/** Text nodes that begin with one, as their heads do with a mark of it: with so much
 * before it a short text proves nothing. Known to the WebAssembly part. */
const labelled = new WeakSet(), MARK = "\x01";

/** Formulas as KaTeX, MathJax and browsers set them: in many pieces, most of them
 * twice. What `answer::hidden` in the WebAssembly part lets out as well. */
const FORMULA = ".katex,mjx-container,math";

/** Whether `node` is in `element`, or in a shadow root below it. */
export function holds(element, node) {
  for (; element && node; node = node.getRootNode().host) {
    if (element.contains(node)) return true;
  }
  return false;
}

/** Whether any of these changes is in a place. */
export const isIn = (place, records) => records.some(({ target }) => place.contains(target));

/** Whether a text that began with one head goes on with the other: only its
 * first text node counts, and a renderer may take back what was half a mark. */
export function isSame(before, after) {
  const [from] = before.split("\n", 1);
  const [to] = after.split("\n", 1);
  return to.startsWith(from) || from.startsWith(to);
}

/** Whether an answer that was found goes on in its node. A renderer may take back
 * some of it, as where a mark closes; another answer begins with less than half,
 * since it comes in small pieces. */
export function goesOn(before, after) {
  const [from, to] = [before, after].map((head) => head.replaceAll("\n", ""));
  return to.startsWith(from) || (from.startsWith(to) && 2 * to.length > from.length);
}

/** The letters and digits at and after `node` in its place, a line end between
 * text nodes: what a renderer adds to an answer, it adds in nodes of its own. */
export function headFrom(node, place) {
  const root = place.contains(node) ? place : node;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  walker.currentNode = node;
  let head = "";
  for (let steps = 0; node && steps < HEAD && head.length < HEAD; steps++) {
    // Four times: markdown and spaces take their part of it.
    const letters = lettersOf(node, 0, 4 * HEAD, !head && labelled.has(node));
    if (letters) head += head ? `\n${letters}` : letters;
    node = walker.nextNode();
  }
  return head.slice(0, HEAD);
}

/**
 * The `head` of a text in its place, and what is `around` that as far as it is too
 * short to tell it from others, `told` with all that follows there: its place may end
 * with the first line, the first formula, or the first word, which may have a box in a
 * box to slide in.
 */
export function headsOf(node, place) {
  const head = headFrom(node, place);
  let around = place;
  let told = head;
  for (let up = 0; head && up < MAX_UP && isShort(told) && around.parentNode; up++) {
    around = blockOf(around.parentNode);
    told = headFrom(node, around);
  }
  return { head, around, told };
}

/** What is around a place as far as its text is too short to tell it from others, or
 * `other` is there as well. */
export function aroundOf(place, other) {
  for (let up = 0; up < MAX_UP && !place.contains(other) && isShort(headFrom(place, place)) && place.parentNode; up++) {
    place = blockOf(place.parentNode);
  }
  return place;
}

/** Whether a head tells too little. */
const isShort = (head) => head.replaceAll("\n", "").length < TELLING;

/** The UTF-16 unit of a node's first letter or digit; 0 if it has none. */
export const firstOf = ({ data }) => data.slice(0, 4 * HEAD).replace(NOISE, "").charCodeAt() || 0;

/** Whether what begins with the letter `first` stands behind a label. */
export function isLabelled(node, first) {
  const data = node.data.replace(LABEL, "");
  const is = data !== node.data && firstOf({ data }) === first;
  if (is) labelled.add(node);
  return is;
}

/** The last letters and digits in a place. */
export const tailOf = (place) => lastOf(place, TAIL);

/** Those that tell how it ends. */
export const endOf = (place) => lastOf(place, TELLING);

function lastOf(place, most) {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  let last = "";
  let node = walker.lastChild();
  for (let steps = 0; node && steps < most && last.length < most; steps++) {
    last = lettersOf(node, -4 * most) + last;
    node = walker.previousNode();
  }
  return last.slice(-most);
}

/** Whether a text that begins like this is among the newest in a place. */
export const isShown = (head, place) => lastOf(place, NEWEST).includes(tellingOf(head));

/** Whether it is among the first there, behind a label or two. */
export function isFirst(head, place) {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  let first = "";
  let node = walker.nextNode();
  for (let steps = 0; node && steps < HEAD && first.length < NEWEST; steps++) {
    first += lettersOf(node, 0, 4 * HEAD);
    node = walker.nextNode();
  }
  return first.includes(tellingOf(head));
}

/** Its first text nodes, as many as tell it from others. */
function tellingOf(head) {
  let first = "";
  for (const letters of head.split("\n")) if (first.length < TELLING) first += letters;
  return first.replace(MARK, "");
}

function lettersOf(node, from, to, unlabel) {
  if (!isText(node) || node.parentElement?.closest(FORMULA)) return "";
  const data = unlabel ? node.data.replace(LABEL, "") : node.data;
  const letters = data.slice(from, to).replace(NOISE, "");
  return letters && data !== node.data ? MARK + letters : letters;
}

/**
 * Text nodes that changed or came in these mutations, with the outermost and the
 * innermost element of those they were put into: a renderer may fill what it
 * has put into the page.
 *
 * Of many the first and the last: where all of a long chat is made anew, the
 * newest answer stands at one of its ends. Those that do not `count` are left out:
 * with its first word the answer may come amid a whole view.
 */
export function textsOf(records, counts = () => true) {
  const first = new Map();
  const last = new Map();
  if (!gather(records, false, first, first, counts)) return first;
  gather(records, true, last, first, counts);
  return new Map([...first, ...[...last].reverse()]);
}

/** So many of them into `texts`, from the first on or from the last, without `others`.
 * Whether there may be more. */
function gather(records, fromLast, texts, others, counts) {
  let room = MAX_TEXTS;
  const order = (list) => (fromLast ? [...list].reverse() : list);
  const note = (text, container) => {
    const known = texts.get(text);
    if (known) known[fromLast ? "outer" : "inner"] = container;
    else if (room > 0 && !others.has(text)) {
      const isOne = counts(text);
      room -= isOne ? 1 : 1 / PASSED;
      if (isOne) texts.set(text, { outer: container, inner: container });
    }
  };
  for (const { type, target, addedNodes } of order(records)) {
    if (type === "characterData") note(target, target.parentNode);
    for (const node of order(addedNodes)) {
      // Of several renders in one task only the last is there.
      if (room <= 0 || !node.isConnected || node.dataset?.ttft !== undefined) continue;
      if (isText(node)) {
        note(node, target);
        continue;
      }
      const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      let text = fromLast ? walker.lastChild() : walker.nextNode();
      for (; text && room > 0; text = fromLast ? walker.previousNode() : walker.nextNode()) {
        if (isText(text)) note(text, target);
      }
    }
  }
  return room <= 0;
}

function isText(node) {
  return node.nodeType === 3 && !/^(SCRIPT|STYLE|TEXTAREA|TITLE)$/i.test(node.parentNode?.nodeName);
}

/** The nearest element that will hold the next paragraph as well. */
export function blockOf(element) {
  // Code may have a block for each line.
  for (let code; (code = element.closest?.("pre"))?.parentNode; ) element = code.parentNode;
  const block = element.closest?.(
    ":not(p,span,b,i,em,strong,a,code,li,ul,ol,h1,h2,h3,h4,h5,h6,pre,blockquote,table,thead,tbody,tr,th,td,del,s,u,mark,kbd,sub,sup,small)",
  );
  return block ?? element;
}

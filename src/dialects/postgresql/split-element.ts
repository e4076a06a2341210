/** An element of an EXCLUDE or an index as SQL, in two. */
export interface SplitElement {
  /** a column's name, a call, something in parentheses; or the whole text, where that isn't how it begins */
  readonly subject: string;
  /** ` COLLATE "C" text_pattern_ops DESC NULLS LAST`; empty where nothing follows */
  readonly suffix: string;
  /** whether the subject may stand as an element without parentheses around it */
  readonly isTerm: boolean;
}

const name = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`;
const qualified = String.raw`${name}(?:\s*\.\s*${name})*`;
const beginning = new RegExp(`^(?:${qualified})?`, 'u');
/** In the order in which the server wants them; parameters of an operator class hold no parentheses. */
const how = String.raw`^(?:\s+COLLATE\s+${qualified})?(?:\s+(?!ASC\b|DESC\b|NULLS\b)${qualified}(?:\s*\([^()]*\))?)?(?:\s+(?:ASC|DESC))?(?:\s+NULLS\s+(?:FIRST|LAST))?`;
const behind = new RegExp(`${how}$`, 'iu');
const beforeNext = new RegExp(`${how}(?:, )?`, 'iu');

/** Where the subject of an element ends: `lower(a) text_pattern_ops` is a call and its operator class, `lower(a) || b` is one expression. */
export function splitElement(given: string): SplitElement {
  const text = given.trim();
  const head = beginning.exec(text)?.[0] ?? '';
  const end = text[head.length] === '(' ? closing(text, head.length) : head.length;
  const suffix = text.slice(end);
  return end > 0 && behind.test(suffix)
    ? { subject: text.slice(0, end), suffix, isTerm: true }
    : { subject: text, suffix: '', isTerm: false };
}

/** Where the next element begins in what the server prints, which goes on with `text` behind an element's subject. */
export function endOfElement(text: string): number {
  return beforeNext.exec(text)?.[0].length ?? 0;
}

/** The place behind the parenthesis that closes the one at `start`; 0 where none does. */
function closing(text: string, start: number): number {
  const marks = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    if (found[0] === '(') depth++;
    else if (found[0] === ')' && --depth === 0) return marks.lastIndex;
  }
  return 0;
}

const item = String.raw`\(?'(?:[^']|'')*'::(?:text|character varying)\)?(?:::text)?`;
/** The list of an IN over texts, and its other forms: cast as a whole, piece by piece, or written as texts. */
const textList = new RegExp(
  String.raw`'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<=::text (?:= ANY|<> ALL) )\(\(?ARRAY\[(${item}(?:, ${item})*)\](?:\)::text\[\])?\)`,
  'g',
);

/** Whether two expressions, as the server prints them, mean the same: the server keeps apart the casts that came to a text. */
export function sameWords(a: string, b: string): boolean {
  return a === b || inOneSpelling(a) === inOneSpelling(b);
}

function inOneSpelling(printed: string): string {
  // strings and quoted names are matched so that nothing inside them is
  return printed.replaceAll(textList, (found, items?: string) => {
    if (items === undefined) return found;
    const texts = items.match(/'(?:[^']|'')*'/g) ?? [];
    return `(${texts.join(', ')})`;
  });
}

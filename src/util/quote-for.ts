/** The quotes of a string's source: single, unless it has more of them than of double ones to escape. So do formatters that prefer single quotes. */
export function quoteFor(text: string): "'" | '"' {
  const count = (quote: string): number => text.split(quote).length;
  return count("'") > count('"') ? '"' : "'";
}

/**
 * A revision's message as it can be kept: lines end in `\n` and not in blanks, blank lines around are gone,
 * and what no text should hold (halves of characters, control characters, so nothing can move a terminal's
 * cursor later) is `\ufffd`.
 */
export function cleanMessage(message: string): string {
  return message
    .toWellFormed()
    .replace(/[ \t]*(?:\r\n?|[\n\u2028\u2029\u0085])/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '\ufffd')
    .trim();
}

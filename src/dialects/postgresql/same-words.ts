/** What the manual calls the same value: the start of the transaction. With a precision it is another value, as is LOCALTIMESTAMP, which has no zone. */
const transactionStart =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$.])(?:now\(\)|transaction_timestamp\(\)|CURRENT_TIMESTAMP(?!\())(?![\w$])/g;

/** Whether two expressions, as the server prints them, mean the same: the server keeps apart the names that one function has. */
export function sameWords(a: string, b: string): boolean {
  return a === b || inOneSpelling(a) === inOneSpelling(b);
}

function inOneSpelling(printed: string): string {
  // strings and quoted names are matched so that nothing inside them is
  return printed.replaceAll(transactionStart, (found) => (/^['"]/.test(found) ? found : 'CURRENT_TIMESTAMP'));
}

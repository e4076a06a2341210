/** An expression in parentheses, which a comment at its end can't swallow. */
export function enclosed(expression: string): string {
  return expression.includes('--') ? `(${expression}\n)` : `(${expression})`;
}

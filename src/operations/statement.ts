/** SQL of one operation. */
export interface StatementParts {
  readonly sql: string;
}

/** Data that an operation destroys: once that is committed, no way down gives it back. */
export interface Loss {
  /** in words: `table 'users' and its rows` */
  readonly what: string;
  /** false where it depends on the rows, or on SQL that isn't read */
  readonly isCertain: boolean;
}

/** What is lost whatever the rows are. */
export function loses(what: string): Loss {
  return Object.freeze({ what, isCertain: true });
}

/** What may be lost. */
export function mayLose(what: string): Loss {
  return Object.freeze({ what, isCertain: false });
}

/** Of text of SQL, which isn't read. */
export const unreadSql: Loss = mayLose("what its SQL says, which isn't read");

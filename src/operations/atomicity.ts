/**
 * How an operation stands to the transaction that it is called in: `transaction`, it is part of it, and is rolled back with it; `commits`, the database commits
 * before it and after it, as MySQL does around DDL; `autocommit`, it is refused there, as CREATE INDEX CONCURRENTLY is.
 */
export type Atomicity = 'transaction' | 'commits' | 'autocommit';

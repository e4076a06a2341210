export type { SqlWriter } from '../operations/sql-writer.ts';

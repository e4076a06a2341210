export type { Statement, StatementParts } from './dialect.ts';

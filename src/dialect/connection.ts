export type { Connection, Engine, Parameter } from './dialect.ts';

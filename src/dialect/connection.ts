export type { CommandFailure, Connection, Engine, Parameter } from './dialect.ts';

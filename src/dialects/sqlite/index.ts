export { sqlite } from './dialect.ts';
export type { SqliteDatabase } from './driver/sqlite-database.ts';
export { type SqliteEngineOptions, sqliteEngine, sqliteEngineFrom } from './engine.ts';
export type { SqliteColumnOptions, SqliteKeyOptions, SqliteTableOptions } from './options.ts';

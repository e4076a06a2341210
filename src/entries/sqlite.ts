export * from '../dialects/sqlite/index.ts';

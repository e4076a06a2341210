import { Alembic } from 'alembic-ts';
import { metadata } from './models.ts';

// One object for the application (app.ts) and for the command line, which finds this file.
const alembic = new Alembic(
  { name: 'chinook', rootPath: import.meta.dirname },
  { engines: process.env.DATABASE_URL ?? 'sqlite:store.db', metadatas: metadata },
);

export default alembic;

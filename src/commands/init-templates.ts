/** What `init` writes: a configuration, and the models that it names. */
export interface InitTemplate {
  readonly name: string;
  readonly summary: string;
  readonly config: string;
}

const generic = `import { defineConfig } from 'alembic-ts';
import { MetaData } from 'alembic-ts/schema';

// The tables of your application: new MetaData([users, orgs, …]).
const metadata = new MetaData([]);

export default defineConfig({
  engines: process.env.DATABASE_URL ?? 'sqlite:app.db',
  metadatas: metadata,
  config: { scriptLocation: 'migrations' },
});
`;

const multidb = `import { defineConfig } from 'alembic-ts';
import { MetaData } from 'alembic-ts/schema';

// A key for each database, in both maps.
export default defineConfig({
  engines: {
    default: process.env.DATABASE_URL ?? 'sqlite:app.db',
    other: process.env.OTHER_DATABASE_URL ?? 'sqlite:other.db',
  },
  metadatas: {
    default: new MetaData([]),
    other: new MetaData([]),
  },
  config: { scriptLocation: 'migrations' },
});
`;

export const templates: readonly InitTemplate[] = [
  { name: 'generic', summary: 'one database', config: generic },
  { name: 'multidb', summary: 'several databases', config: multidb },
];

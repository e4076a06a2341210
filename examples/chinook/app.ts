import alembic from './alembic.config.ts';
import { loadRows } from './rows.ts';

// The store itself: `node app.ts` opens it, `node app.ts load` also puts its first rows in.
try {
  await alembic.upgrade(); // at each start; one query when there is nothing to do
  if (process.argv[2] === 'load') console.log(`${await loadRows(alembic.op)} rows are loaded.`);
  const at = await alembic.current();
  console.log(
    `The store is open, on ${at.map(({ revision, doc }) => `${revision} (${doc})`).join(' and ')}.`,
  );
  console.log(`Is its database current? ${(await alembic.needsUpgrade()) ? 'No.' : 'Yes.'}`);
} finally {
  await alembic.close();
}

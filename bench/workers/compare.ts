// compares once: node compare.ts <entry of the package> <database> <models>
import { countStatements } from '../../test/support/count-statements.ts';
import { answer } from '../support/work.ts';

const [entry = '', engines = '', models = ''] = process.argv.slice(2);
const { Alembic } = (await import(entry)) as typeof import('../../src/index.ts');
const { metadata: metadatas } = await import(models);
await using alembic = new Alembic({}, { engines, metadatas, runMkdir: false, commandName: false });
await alembic.migrationContext.getCurrentHeads();
answer(await countStatements(() => alembic.compareMetadata()));

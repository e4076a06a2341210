// upgrades again and again: node warm.ts <entry of the package> <database> <history>
import { countStatements } from '../../test/support/count-statements.ts';
import { answer } from '../support/work.ts';

const [entry = '', engines = '', scriptLocation = ''] = process.argv.slice(2);
const { Alembic } = (await import(entry)) as typeof import('../../src/index.ts');
await using alembic = new Alembic({}, { engines, config: { scriptLocation }, commandName: false });
await alembic.stamp('heads');
const times: number[] = [];
let statements = 0;
for (let i = 0; i < 50; i++) {
  const counted = await countStatements(() => alembic.upgrade());
  times.push(counted.time);
  statements = counted.statements;
}
answer({ times: times.slice(10), statements });

// The models of bench/parts/compare.ts, copied to where the package is installed: a thousand tables; with CHANGED, ten of
// them have a column more.
type Package = typeof import('../../src/index.ts');

const models = (await import('alembic-ts' as string)) as Package;
const { column, dateTime, foreignKey, index, integer, numeric, string, table, unique } = models;

const tables = Array.from({ length: 1000 }, (_, i) =>
  table(`table_${i}`, [
    column('id', integer(), { primaryKey: true }),
    column('name', string(100), { nullable: false }),
    column('price', numeric(10, 2), { serverDefault: 0 }),
    column('created_at', dateTime()),
    column('parent_id', integer()),
    ...(process.env.CHANGED && i % 100 === 0 ? [column('added', string(20))] : []),
    unique(['name'], { name: `uq_table_${i}_name` }),
    ...(i > 0 ? [foreignKey(['parent_id'], `table_${i - 1}`, ['id'], { name: `fk_table_${i}_parent` })] : []),
    index(`ix_table_${i}_created`, ['created_at']),
  ]),
);

export const metadata: InstanceType<Package['MetaData']> = new models.MetaData(tables);

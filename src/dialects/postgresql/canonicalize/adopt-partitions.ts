import type { Connection } from '../../../dialect/connection.ts';
import type { SchemaModel } from '../../../schema/schema-model.ts';
import { parseSqlName } from '../../../schema/sql-name.ts';
import type { Table } from '../../../schema/table.ts';
import { withEnumSchema } from '../enum-schemas.ts';
import { quoteIdentifier } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { asData, type TableOptions } from '../options.ts';
import { collateSql, typeSql } from '../type-sql.ts';

/** The tables above in the order in which they are there: it says no more than how the columns of a new table stand. */
export function adoptOrderOfParents(table: Table, there: Table | null): Table {
  const { inherits = [], ...options }: TableOptions = table.options.postgresql ?? {};
  const known = (there?.options.postgresql as TableOptions | undefined)?.inherits ?? [];
  const isSame = inherits.length === known.length && inherits.every((each) => known.includes(each));
  return isSame && inherits.length > 0
    ? { ...table, options: asData({ ...options, inherits: known }) }
    : table;
}

/** A table of the models and what is there under its name. */
export interface PartitionPair {
  canonical: Table;
  readonly there: Table | null;
}

/** How a table is partitioned, or which part of another it is, to be put into the server's words. */
interface Ask {
  readonly pair: PartitionPair;
  readonly option: 'partitionBy' | 'partitionBound';
  /** makes a temporary table of the name */
  readonly make: (name: string) => string;
}

/**
 * Puts what a table is partitioned by, and the bounds of a partition, into the server's words where they aren't what is there, letter by letter: by temporary tables
 * of the same shape, in one round trip that leaves nothing. What the server can't make keeps its text.
 */
export async function adoptPartitions(
  pairs: readonly PartitionPair[],
  database: SchemaModel,
  connection: Connection,
): Promise<void> {
  const asks = pairs.flatMap((pair) => asksOf(pair, database));
  if (asks.length === 0) return;
  const [enter, leave] = connection.inTransaction
    ? ['SAVEPOINT alembic_parts', 'ROLLBACK TO SAVEPOINT alembic_parts; RELEASE SAVEPOINT alembic_parts']
    : ['BEGIN', 'ROLLBACK'];
  const scripts = literal(JSON.stringify(asks.map(({ make }, i) => make(`alembic_part_${i}`))));
  const body = `DECLARE script text; BEGIN
  FOR script IN SELECT value FROM json_array_elements_text(${scripts}::json) LOOP
    BEGIN EXECUTE script; EXCEPTION WHEN OTHERS THEN NULL; END;
  END LOOP; END`;
  const read = `SELECT c.relname AS name, coalesce(pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid)) AS words
    FROM pg_class c WHERE c.relnamespace = pg_my_temp_schema() AND c.relname LIKE 'alembic\\_part\\_%'`;
  try {
    const rows = await connection.query<{ name: string; words: string | null }>(
      `${enter}; DO ${literal(body)}; ${read}; ${leave}`,
    );
    for (const { name, words } of rows) {
      const ask = asks[Number(name.slice('alembic_part_'.length))];
      if (ask === undefined || words === null) continue;
      const { canonical } = ask.pair;
      ask.pair.canonical = {
        ...canonical,
        options: {
          ...canonical.options,
          postgresql: { ...canonical.options.postgresql, [ask.option]: words },
        },
      };
    }
  } catch {
    // no right to make temporary tables, or a replica: then it is compared as text
    if (connection.inTransaction) await connection.exec(leave);
  }
}

function asksOf(pair: PartitionPair, database: SchemaModel): readonly Ask[] {
  const { canonical, there } = pair;
  const wanted: TableOptions = canonical.options.postgresql ?? {};
  const has: TableOptions = there?.options.postgresql ?? {};
  const asks: Ask[] = [];
  const { partitionBy: by, partitionOf, partitionBound: bound } = wanted;
  if (by !== undefined && has.partitionBy !== undefined && by !== has.partitionBy) {
    asks.push({
      pair,
      option: 'partitionBy',
      make: (name) => `CREATE TEMP TABLE ${name} (${columnsSql(canonical)}) PARTITION BY ${by}`,
    });
  }
  const parent = partitionOf === undefined ? null : parseSqlName(partitionOf);
  const above = parent === null ? undefined : database.table(parent);
  const aboveBy = (above?.options.postgresql as TableOptions | undefined)?.partitionBy;
  if (
    aboveBy !== undefined &&
    partitionOf === has.partitionOf &&
    bound !== undefined &&
    bound !== has.partitionBound
  ) {
    asks.push({
      pair,
      option: 'partitionBound',
      make: (name) =>
        `CREATE TEMP TABLE of_${name} (LIKE ${partitionOf}) PARTITION BY ${aboveBy};
         CREATE TEMP TABLE ${name} PARTITION OF pg_temp.of_${name} ${bound}`,
    });
  }
  return asks;
}

function columnsSql({ columns, schema }: Table): string {
  return columns
    .map(({ name, type }) => {
      const own = withEnumSchema(type, schema);
      return `${quoteIdentifier(name)} ${typeSql(own)}${collateSql(own.collation)}`;
    })
    .join(', ');
}

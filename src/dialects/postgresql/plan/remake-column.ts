import type { PlanState } from '../../../dialect/plan-state.ts';
import type { Column } from '../../../schema/column.ts';
import type { Table } from '../../../schema/table.ts';
import { columnWithEnumSchema } from '../enum-schemas.ts';
import { wordsOf } from '../expressions.ts';
import { cutIdentifier, quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { columnSql } from '../writer/column-sql.ts';
import { constraintSql } from '../writer/constraint-sql.ts';
import { indexBody } from '../writer/index-sql.ts';
import { writer } from '../writer/writer.ts';
import { changeColumnOptions } from './column-options.ts';
import { indexAgain, statisticsAgain } from './made-again.ts';

/** Statements that drop a column, and those that make it again (at the end of its table) with what hung on it. */
export interface Remake {
  readonly down: string;
  readonly up: readonly string[];
}

/**
 * Makes a column anew, as `column` says: for generated ones, whose values are computed anyway. Its rights, and what no model knows of what hangs on it, are as the
 * catalogue has them. What other tables have on it isn't dropped: then the server refuses.
 */
export async function remakeColumn(table: Table, column: Column, state: PlanState): Promise<Remake> {
  const owner = quoteName(table);
  const names = (expression: string | undefined): boolean =>
    expression !== undefined && wordsOf(expression).has(column.name);
  const constraints = table.constraints.filter(
    (each) =>
      ('columns' in each && each.columns.includes(column.name)) ||
      (each.kind === 'check' && names(each.condition.text)),
  );
  const indexes = table.indexes.filter(
    ({ elements, where }) =>
      names(where?.text) ||
      elements.some((element) => element.column === column.name || names(element.expression?.text)),
  );
  const comment = column.comment === null ? null : writer.columnComment(table, column.name, column.comment);
  return {
    down: `ALTER TABLE ${owner} DROP COLUMN ${quoteIdentifier(column.name)}`,
    up: [
      `ALTER TABLE ${owner} ADD COLUMN ${columnSql(columnWithEnumSchema(column, table.schema), table)}`,
      ...constraints.map((constraint) => `ALTER TABLE ${owner} ADD ${constraintSql(constraint, table)}`),
      ...indexes.map(
        (index) =>
          `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(index.name ?? '')} ON ${owner} ${indexBody(index, table)}`,
      ),
      ...(comment === null ? [] : [comment]),
      ...(await changeColumnOptions(table, column.name, {}, column.options, state)),
      ...(await readBeside(table, column.name, [...constraints, ...indexes], state)),
    ],
  };
}

/** Rights and extended statistics, and what is said of the constraints and indexes that are made again. */
async function readBeside(
  table: Table,
  column: string,
  again: readonly { readonly name: string | null }[],
  { connection }: PlanState,
): Promise<readonly string[]> {
  const rows = await connection?.readCatalogue<{ statement: string }>(`with own as (
  select attrelid, attnum, attname, attacl from pg_attribute where attrelid = to_regclass(${literal(quoteName(table))}) and attname = ${literal(cutIdentifier(column))}
), dep as (
  select d.classid, d.objid from pg_depend d join own on d.refclassid = 'pg_class'::regclass and d.refobjid = own.attrelid and d.refobjsubid = own.attnum
), constrained as (
  select k.* from pg_constraint k where k.oid in (select objid from dep where classid = 'pg_constraint'::regclass) and k.conname in (${names(again)})
), indexed as (
  select c.oid from pg_class c where c.relkind = 'i' and c.relname in (${names(again)})
    and (c.oid in (select objid from dep where classid = 'pg_class'::regclass) or c.oid in (select conindid from constrained where contype <> 'f'))
)
select statement from (
  select 1, format('GRANT %s (%I) ON %s TO %s', x.privilege_type, attname, attrelid::regclass, case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end)
    || case when x.is_grantable then ' WITH GRANT OPTION' else '' end from own, aclexplode(attacl) x
  union all select 2, format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass, obj_description(k.oid, 'pg_constraint'))
    from constrained k where obj_description(k.oid, 'pg_constraint') is not null
  union all select 3, s from indexed i, unnest(${indexAgain('i.oid')}) s where s !~ '^(CREATE|ALTER TABLE ONLY|COMMENT ON CONSTRAINT) '
  union all select 4, s from pg_statistic_ext t, unnest(${statisticsAgain('t')}) s where t.oid in (select objid from dep where classid = 'pg_statistic_ext'::regclass)
) beside(place, statement) order by place`);
  return rows?.map(({ statement }) => statement) ?? [];
}

function names(all: readonly { readonly name: string | null }[]): string {
  return ['NULL', ...all.flatMap(({ name }) => (name === null ? [] : [literal(name)]))].join(', ');
}

/** The generated columns of a table that are computed from one of its columns: the server refuses to change its type under them. */
export function generatedFrom(table: Table, column: string): readonly Column[] {
  return table.columns.filter(
    ({ name, computed }) =>
      name !== column && computed !== null && wordsOf(computed.expression.text).has(column),
  );
}

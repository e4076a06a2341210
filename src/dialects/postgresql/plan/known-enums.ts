import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import type { AddColumn, AlterColumn } from '../../../objects/column/operations.ts';
import type { CreateEnum, DropEnum } from '../../../objects/enum/operations.ts';
import type { CreateTable } from '../../../objects/table/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import { keyOf, type QualifiedName } from '../../../schema/names.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { createEnumSql, enumOf } from '../enums.ts';
import { cutIdentifier } from '../identifiers.ts';

/** Which enum types are there while a plan goes on. */
export class KnownEnums {
  readonly #state: PlanState;
  /** of the database, when they were first asked for; a name that the search path makes visible is there without a schema too */
  #there: Set<string> | null = null;
  readonly #made = new Set<string>();
  readonly #dropped = new Set<string>();

  constructor(state: PlanState) {
    this.#state = state;
  }

  /** CREATE TYPE for each enum that an operation's columns need and that isn't there. */
  async missing(operation: Operation): Promise<readonly StatementParts[]> {
    const statements: StatementParts[] = [];
    for (const type of newTypes(operation)) {
      const object = enumOf(type.type, type.schema);
      if (object === null || (await this.#has(object))) continue;
      this.#made.add(keyOf(object));
      statements.push({ sql: createEnumSql(object) });
    }
    return statements;
  }

  note(operation: Operation): void {
    if (operation.kind === 'createEnum') this.#made.add(keyOf((operation as CreateEnum).enum));
    if (operation.kind !== 'dropEnum') return;
    const key = keyOf(operation as DropEnum);
    this.#made.delete(key);
    this.#dropped.add(key);
  }

  async #has(name: QualifiedName): Promise<boolean> {
    const key = keyOf({ schema: name.schema && cutIdentifier(name.schema), name: cutIdentifier(name.name) });
    if (this.#made.has(key) || this.#made.has(keyOf(name))) return true;
    if (this.#dropped.has(key)) return false;
    this.#there ??= await this.#read();
    return this.#there.has(key);
  }

  async #read(): Promise<Set<string>> {
    const { connection } = this.#state;
    if (connection === null) return new Set((await this.#state.all()).of('enum').map(keyOf));
    const rows = await connection.query<{ schema: string; name: string; visible: boolean }>(
      `select n.nspname::text as schema, y.typname::text as name, pg_type_is_visible(y.oid) as visible
       from pg_type y join pg_namespace n on n.oid = y.typnamespace where y.typtype in ('e', 'd')`,
    );
    return new Set(
      rows.flatMap(({ schema, name, visible }) => [
        keyOf({ schema, name }),
        ...(visible ? [keyOf({ schema: null, name })] : []),
      ]),
    );
  }
}

interface NewType {
  readonly type: ColumnType;
  readonly schema: string | null;
}

/** The types that an operation gives to columns, with the schema of the table. */
function newTypes(operation: Operation): readonly NewType[] {
  switch (operation.kind) {
    case 'createTable': {
      const { table } = operation as CreateTable;
      return table.columns.map(({ type }) => ({ type, schema: table.schema }));
    }
    case 'addColumn': {
      const { column, schema } = operation as AddColumn;
      return [{ type: column.type, schema }];
    }
    case 'alterColumn': {
      const { changes, schema } = operation as AlterColumn;
      return changes.type === undefined ? [] : [{ type: changes.type, schema }];
    }
    default:
      return [];
  }
}

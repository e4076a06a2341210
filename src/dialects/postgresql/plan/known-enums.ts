import type { PlanState } from '../../../dialect/plan-state.ts';
import type { StatementParts } from '../../../dialect/statement.ts';
import type { AddColumn, AlterColumn } from '../../../objects/column/operations.ts';
import type { CreateEnum, DropEnum } from '../../../objects/enum/operations.ts';
import type { CreateTable } from '../../../objects/table/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import { keyOf, type QualifiedName } from '../../../schema/names.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { defaultSchema } from '../default-schema.ts';
import { createEnumSql, enumOf } from '../enums.ts';
import { cutIdentifier } from '../identifiers.ts';

interface Existing {
  /** what null stands for */
  readonly defaultSchema: string | null;
  /** keys of the types that are there; what the search path makes visible is there without a schema too */
  readonly keys: ReadonlySet<string>;
}

/** Which enum types are there while a plan goes on. */
export class KnownEnums {
  readonly #state: PlanState;
  /** of the database, when they were first asked for */
  #there: Existing | null = null;
  /** what the plan made and dropped so far: the last word on a name counts */
  readonly #changes: { readonly name: QualifiedName; readonly isThere: boolean }[] = [];

  constructor(state: PlanState) {
    this.#state = state;
  }

  /** CREATE TYPE for each enum that an operation's columns need and that isn't there. */
  async missing(operation: Operation): Promise<readonly StatementParts[]> {
    const statements: StatementParts[] = [];
    for (const type of newTypes(operation)) {
      const object = enumOf(type.type, type.schema);
      if (object === null || (await this.#has(object))) continue;
      this.#changes.push({ name: object, isThere: true });
      statements.push({ sql: createEnumSql(object) });
    }
    return statements;
  }

  note(operation: Operation): void {
    if (operation.kind === 'createEnum')
      this.#changes.push({ name: (operation as CreateEnum).enum, isThere: true });
    else if (operation.kind === 'dropEnum')
      this.#changes.push({ name: operation as DropEnum, isThere: false });
  }

  async #has(name: QualifiedName): Promise<boolean> {
    this.#there ??= await this.#read();
    const { defaultSchema, keys } = this.#there;
    const key = (each: QualifiedName): string => {
      const schema =
        each.schema === null || each.schema === defaultSchema ? null : cutIdentifier(each.schema);
      return keyOf({ schema, name: cutIdentifier(each.name) });
    };
    const change = this.#changes.findLast((each) => key(each.name) === key(name));
    return change?.isThere ?? keys.has(key(name));
  }

  async #read(): Promise<Existing> {
    const { connection } = this.#state;
    if (connection === null) {
      return { defaultSchema: null, keys: new Set((await this.#state.all()).of('enum').map(keyOf)) };
    }
    const rows = await connection.readCatalogue<{ schema: string; name: string; visible: boolean }>(
      `select n.nspname::text as schema, y.typname::text as name, pg_type_is_visible(y.oid) as visible
       from pg_type y join pg_namespace n on n.oid = y.typnamespace where y.typtype in ('e', 'd')`,
    );
    const keys = rows.flatMap(({ schema, name, visible }) => [
      keyOf({ schema, name }),
      ...(visible ? [keyOf({ schema: null, name })] : []),
    ]);
    return { defaultSchema: await defaultSchema(connection), keys: new Set(keys) };
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

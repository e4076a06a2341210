import type { Connection } from '../dialect/connection.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { SqlWriter } from '../dialect/sql-writer.ts';
import { DatabaseError } from '../errors.ts';
import type { VersionChanges } from '../revisions/index.ts';
import { column, primaryKey, type QualifiedName, string, table } from '../schema/index.ts';
import { type SchemaTranslateMap, SchemaTranslation } from '../schema/schema-translation.ts';

export interface VersionTableOptions {
  /** default `alembic_version` */
  readonly versionTable?: string;
  /** default: the connection's default schema */
  readonly versionTableSchema?: string | null;
  /** whether the column is a primary key; default true */
  readonly versionTablePk?: boolean;
  /**
   * the schemas of the database by those of the models and revisions, `null` for what names none: `{ null: 'tenant_1' }` leads everything, the version table too, into one
   * schema. SQLAlchemy's `schema_translate_map`; text of SQL isn't read
   */
  readonly schemaTranslateMap?: SchemaTranslateMap;
}

/** The table that holds the ids of the applied heads: the same as Alembic's, so that either can go on where the other stopped. */
export class VersionTable {
  readonly name: QualifiedName;
  readonly #withKey: boolean;
  readonly #writer: SqlWriter;
  readonly #table: string;
  readonly #column: string;

  constructor(dialect: Dialect, options: VersionTableOptions = {}) {
    const { versionTable = 'alembic_version', versionTableSchema = null, versionTablePk = true } = options;
    const translation = new SchemaTranslation(options.schemaTranslateMap);
    this.name = translation.name({ schema: versionTableSchema, name: versionTable });
    const { writer } = dialect;
    this.#writer = writer;
    this.#table = writer.name(this.name);
    this.#column = writer.quote('version_num');
    this.#withKey = versionTablePk;
  }

  /** makes the table where it isn't there */
  get createSql(): string {
    const { name, schema } = this.name;
    const columns = [column('version_num', string(32), { nullable: false })];
    const keys = this.#withKey ? [primaryKey(['version_num'], { name: `${name}_pkc` })] : [];
    return this.#writer.createTable(table(name, [...columns, ...keys], { schema }), { ifNotExists: true });
  }

  /**
   * The rows, by one query; null when there is no such table.
   *
   * @throws DatabaseError
   */
  async read(connection: Connection): Promise<readonly string[] | null> {
    const query = (): Promise<{ version_num: string }[]> =>
      connection.query(`SELECT ${this.#column} FROM ${this.#table}`);
    try {
      // a failed query would be the end of a transaction that is open
      const rows = await (connection.inTransaction ? connection.savepoint(query) : query());
      return rows.map((row) => row.version_num);
    } catch (error) {
      if (error instanceof DatabaseError && error.code === 'NO_SUCH_TABLE') return null;
      throw error;
    }
  }

  /** The rows in a transaction of ours, where the table is known to be there. */
  async readAgain(connection: Connection): Promise<readonly string[]> {
    const rows = await connection.query<{ version_num: string }>(
      `SELECT ${this.#column} FROM ${this.#table}`,
    );
    return rows.map((row) => row.version_num);
  }

  /** The statements of a step, in the order deletions, insertions, updates. */
  changes({ delete: deleted, insert, update }: VersionChanges): readonly string[] {
    const literal = (id: string): string => this.#writer.literal(id);
    const is = (id: string): string => `${this.#column} = ${literal(id)}`;
    return [
      ...deleted.map((id) => `DELETE FROM ${this.#table} WHERE ${is(id)}`),
      ...insert.map((id) => `INSERT INTO ${this.#table} (${this.#column}) VALUES (${literal(id)})`),
      ...update.map(([from, to]) => `UPDATE ${this.#table} SET ${is(to)} WHERE ${is(from)}`),
    ];
  }
}

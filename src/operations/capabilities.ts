/** What a database can do, as booleans. */
export interface Capabilities {
  /** DDL can be rolled back */
  readonly transactionalDdl: boolean;
  /** objects have a schema, and comments */
  readonly schemas: boolean;
  readonly comments: boolean;
  /** a foreign key may name a table that doesn't exist yet */
  readonly forwardForeignKeys: boolean;
  /** the database's own enum types are objects of their own */
  readonly namedEnums: boolean;
  /** a view is bound to the columns that it reads: they can't be changed or dropped under it */
  readonly boundViews: boolean;
  /** constraints always have a name on the server */
  readonly namesConstraints: boolean;
  /** most bytes (PostgreSQL) or characters of a name; more is cut or refused */
  readonly maxIdentifierLength: number;
}

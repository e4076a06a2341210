// Every public name of the contract (sections 1 to 8), used as a user would: what is removed, renamed or given
// another shape doesn't compile. It never runs; `npm run typecheck` checks it against `src`, and contract.test.ts
// against the installed package, with declarations checked too.
import type { Command } from 'commander';
import type { Rewrite } from '../../src/entries/autogenerate.ts';
import {
  compareMetadata,
  defineObjectKind,
  produceMigrations,
  Rewriter,
  renderMigration,
} from '../../src/entries/autogenerate.ts';
import {
  type BulkInsert,
  type CreateTable,
  defineOperation,
  type Execute,
} from '../../src/entries/operations.ts';
import * as pg from '../../src/entries/postgresql.ts';
import { sqlite } from '../../src/entries/sqlite.ts';
import type * as everything from '../../src/index.ts';
import {
  Alembic,
  AlembicError,
  ArgumentError,
  CommandError,
  Config,
  CycleDetected,
  createEngine,
  DatabaseError,
  type DefinedConfig,
  DependencyCycleDetected,
  DependencyLoopDetected,
  type Diff,
  defineConfig,
  type Engine,
  EnvironmentContext,
  type ErrorCode,
  LoopDetected,
  MigrationContext,
  MigrationError,
  MigrationScript,
  MultipleHeads,
  Operations,
  type Preview,
  planDowngrade,
  planRevision,
  planStamp,
  planUpgrade,
  RangeNotAncestorError,
  ResolutionError,
  Revision,
  RevisionError,
  RevisionMap,
  type RevisionSpec,
  type RevisionStep,
  Script,
  ScriptDirectory,
} from '../../src/index.ts';
import type * as schema from '../../src/schema/index.ts';
import {
  bigInteger,
  boolean,
  char,
  check,
  column,
  computed,
  date,
  dateTime,
  double,
  enumType,
  float,
  foreignKey,
  identity,
  index,
  integer,
  interval,
  json,
  largeBinary,
  MetaData,
  numeric,
  primaryKey,
  real,
  sequence,
  smallInteger,
  sql,
  sqlType,
  string,
  table,
  text,
  time,
  timestamp,
  unicode,
  unique,
  uuid,
  varbinary,
} from '../../src/schema/index.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where the two types are one. */
function same<A, B>(_: Same<A, B>): void {}

// 1. Entry points: the root holds all of schema
same<keyof typeof schema extends keyof typeof everything ? true : false, true>(true);
export const classes: readonly (abstract new (...args: never[]) => object)[] = [
  Alembic,
  Operations,
  Config,
  ScriptDirectory,
  Script,
  RevisionMap,
  Revision,
  EnvironmentContext,
  MigrationContext,
  MigrationScript,
  Rewriter,
  MetaData,
];
export const definers: readonly ((definition: never) => object)[] = [defineObjectKind, defineOperation];
export const dialects: readonly { readonly name: string }[] = [sqlite, pg.postgresql];
export const rewriter = (rewrite: Rewrite<CreateTable>): Rewriter =>
  new Rewriter().rewrites<CreateTable>('createTable', rewrite).chain(new Rewriter());
export type SomeOperations = Execute | BulkInsert;

/** The errors that the contract names; `cause` is a RevisionError of the graph. */
export const errors: readonly (new (...args: never[]) => AlembicError)[] = [
  AlembicError,
  CommandError,
  ArgumentError,
  DatabaseError,
  MigrationError,
  RevisionError,
  MultipleHeads,
  ResolutionError,
  RangeNotAncestorError,
  CycleDetected,
  LoopDetected,
  DependencyCycleDetected,
  DependencyLoopDetected,
];
export function failure(error: AlembicError): [code: string, cause: unknown, message: string] {
  return [error.code, error.cause, error.message];
}

// 2. class Alembic
class MyApp {
  readonly name = 'mine';
  readonly rootPath = '/srv/app';
  readonly config = { alembic: { scriptLocation: 'm' }, alembicContext: { compareType: false } };
  onClose(hook: () => Promise<void>): void {
    void hook;
  }
}

class Numbered extends Alembic<MyApp> {
  override revId(): string {
    return '0001';
  }
}

export async function alembicMembers(cli: Command, metadata: MetaData, engine: Engine): Promise<void> {
  const app = new MyApp();
  const alembic = new Alembic<MyApp>(null, {
    runMkdir: true,
    commandName: 'db',
    engines: { default: 'sqlite::memory:', other: engine },
    metadatas: { default: metadata, other: [metadata, metadata] },
    config: {
      scriptLocation: 'migrations',
      versionLocations: ['more', ['billing', 'billing/migrations']],
      fileTemplate: '%(rev)s_%(slug)s',
      truncateSlugLength: 40,
      timezone: 'UTC',
      recursiveVersionLocations: false,
      revisionEnvironment: false,
      postWriteHooks: [],
    },
    context: {
      compareType: true,
      compareServerDefault: true,
      targetMetadata: metadata,
      transactionPerMigration: true,
      transactionalDdl: true,
      includeSchemas: true,
      includeName: () => true,
      includeObject: () => true,
      renderAsBatch: false,
      renderItem: null,
      processRevisionDirectives: [],
      onVersionApply: () => {},
      versionTable: 'alembic_version',
      versionTableSchema: null,
      versionTablePk: true,
      tag: null,
      startingRev: null,
      outputBuffer: null,
      literalBinds: false,
      templateArgs: {},
      upgradeToken: '',
      downgradeToken: '',
      alembicModulePrefix: '',
      sqlalchemyModulePrefix: '',
      userModulePrefix: null,
    },
  });
  new Alembic();
  new Alembic({ cli, rootPath: '.' }, { engines: engine, metadatas: [metadata], commandName: false });
  new Numbered(app, { engines: new URL('sqlite:app.db'), metadatas: metadata, runMkdir: false });
  alembic.initApp(app, { runMkdir: false, commandName: 'migrations' });
  same<typeof alembic.app, MyApp>(true);
  const bound: Alembic<MyApp> = alembic.forApp(app);
  const answer: Promise<number> = alembic.withApp(app, async () => 1);
  const id: string = alembic.revId();
  alembic.revId = () => 'deadbeef';
  const config: Config = alembic.config;
  const directory: ScriptDirectory = alembic.scriptDirectory;
  const environment: EnvironmentContext = alembic.environmentContext;
  const context: MigrationContext = alembic.migrationContext;
  await alembic.migrationContext.connection.close();
  const contexts: ReadonlyMap<string, MigrationContext> = alembic.migrationContexts;
  const op: Operations = alembic.op;
  const ops: ReadonlyMap<string, Operations> = alembic.ops;
  await alembic.runMigrations((heads, migrationContext): RevisionStep[] => {
    same<typeof migrationContext extends MigrationContext ? true : false, true>(true);
    return planUpgrade(alembic.scriptDirectory.revisionMap, heads, 'heads');
  });
  await alembic.runMigrations(async () => [], { dryRun: true });
  alembic.mkdir();
  const scripts: Script[] = await alembic.current();
  const heads: Script[] = await alembic.heads();
  await alembic.heads({ resolveDependencies: true });
  const branches: Script[] = await alembic.branches();
  const log: Script[] = await alembic.log();
  await alembic.log({ start: 'current', end: ['a', scripts[0]!] });
  await alembic.stamp();
  await alembic.stamp(['a', 'b'], { purge: true });
  await alembic.stamp(heads[0]!);
  await alembic.upgrade();
  await alembic.upgrade(1);
  await alembic.upgrade('+1', { sql: false, tag: 't', args: { x: 1 } });
  await alembic.upgrade(branches);
  const previews: readonly Preview[] = await alembic.preview();
  await alembic.preview(-1, { direction: 'downgrade', tag: 't', args: { x: 1 } });
  for (const { engineName, heads, steps, units, problems } of previews) {
    const rows: readonly string[] | null = heads;
    const [place]: readonly number[] = steps.flatMap(({ operations }) => operations.map(({ unit }) => unit));
    const commit: string | undefined = units[place ?? 0]?.commit?.reason;
    const code: ErrorCode | undefined = problems[0]?.code;
    void [engineName, rows, commit, code];
  }
  await alembic.downgrade();
  await alembic.downgrade(-1, { sql: false, tag: 't', args: {} });
  await alembic.downgrade(log[0]!);
  const written: Script[] = await alembic.revision('message', {
    empty: false,
    branch: 'default',
    parent: ['head', heads[0]!],
    splice: false,
    depend: ['a'],
    label: ['b'],
    path: 'migrations',
  });
  await alembic.revision('message', { parent: heads[0]!, depend: heads[0]!, label: 'a' });
  const merged: Script = await alembic.merge('heads', { message: 'join', label: ['x'] });
  await alembic.merge();
  const produced: MigrationScript = await alembic.produceMigrations();
  const diffs: Diff[] = await alembic.compareMetadata();
  const answers: [boolean, boolean] = [await alembic.needsUpgrade(), await alembic.needsRevision()];
  const command: Command = alembic.command();
  await alembic.close();
  await using disposed = alembic;
  void [bound, answer, id, config, directory, environment, context, contexts, op, ops, disposed];
  void [written, merged, produced, diffs, answers, command];
}

// 3. The schema model
const namingConvention = {
  ix: 'ix_%(table_name)s_%(column_0_label)s',
  uq: 'uq_%(table_name)s_%(column_0_name)s',
  ck: 'ck_%(table_name)s_%(constraint_name)s',
  fk: 'fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s',
  pk: 'pk_%(table_name)s',
};

export function schemaMembers(): MetaData {
  const orgs = table('orgs', [
    column('id', integer()),
    column('n', bigInteger(), { identity: identity({ always: true, start: 1 }) }),
    primaryKey(['id'], { name: 'pk_orgs' }),
  ]);
  const users = table(
    'users',
    [
      column('id', integer(), { primaryKey: true, autoincrement: true }),
      column('org_id', integer(), {
        nullable: false,
        references: {
          column: 'orgs.id',
          name: 'fk',
          onDelete: 'cascade',
          onUpdate: 'set null',
          deferrable: true,
          initially: 'deferred',
          match: 'full',
          useAlter: true,
        },
      }),
      column('email', string(255), { nullable: false, unique: true, index: true, comment: 'lower case' }),
      column('created_at', dateTime({ timezone: true, precision: 3 }), { serverDefault: sql`now()` }),
      column('a', text(), { serverDefault: 'x' }),
      column('b', integer(), { serverDefault: 0 }),
      column('c', boolean(), { serverDefault: false }),
      column('slug', string(80), { computed: computed(sql`lower(email)`, { persisted: true }) }),
      foreignKey(['org_id'], 'orgs', ['id'], { name: 'fk_users_org', onDelete: 'cascade' }),
      unique(['org_id', 'email'], { name: 'uq_users_org_email' }),
      check(sql`length(email) > 3`, { name: 'ck_users_email' }),
      index('ix_users_created', ['created_at', sql`lower(email)`], { unique: false, where: sql`org_id > 0` }),
      index(null, ['email'], {
        postgresql: {
          using: 'gin',
          where: sql`org_id > 0`,
          include: ['a'],
          concurrently: true,
          nullsNotDistinct: true,
          ops: { email: 'text_pattern_ops' },
          with: { fillfactor: 70 },
          tablespace: 'fast',
        },
        mysql: { length: 10, prefix: 'FULLTEXT' },
        sqlite: { where: sql`org_id > 0` },
      }),
    ],
    {
      schema: 'app',
      comment: 'people',
      mysql: { engine: 'InnoDB' },
      sqlite: { strict: true, withoutRowid: true },
    },
  );
  return new MetaData([users, orgs], { namingConvention });
}

export const types: readonly schema.ColumnType[] = [
  smallInteger(),
  integer(),
  bigInteger(),
  numeric(10, 2),
  float(24),
  double(),
  real(),
  boolean(),
  string(10),
  char(2),
  text(),
  unicode(10),
  date(),
  time({ timezone: true }),
  dateTime({ timezone: true, precision: 6 }),
  timestamp({ timezone: true }),
  interval(),
  json(),
  uuid(),
  largeBinary(10),
  varbinary(10),
  enumType(['a', 'b'], { name: 'letter', native: true, createConstraint: false }),
  sqlType('geometry(Point, 4326)'),
  pg.jsonb(),
  pg.inet(),
  pg.cidr(),
  pg.macaddr(),
  pg.tsvector(),
  pg.tsquery(),
  pg.hstore(),
  pg.citext(),
  pg.bit(3),
  pg.money(),
  pg.oid(),
  pg.xml(),
  pg.array(text()),
  pg.int4range(),
  pg.int8range(),
  pg.numrange(),
  pg.tsrange(),
  pg.tstzrange(),
  pg.daterange(),
  pg.vector(3),
  pg.domain('positive'),
  pg.domain('small', integer(), {
    nullable: false,
    checks: [check(sql`VALUE < 9`, { name: 'small_check' })],
  }),
];
/** What stands beside tables. */
export const beside: MetaData = new MetaData([
  sequence('ids', { type: bigInteger(), start: 9n, minValue: '-9', cycle: true, ownedBy: 'users.id' }),
  pg.extension('hstore', { schema: 'extensions', version: '1.8' }),
  pg.domain('text_code', text(), { schema: 'app', serverDefault: 'x', comment: 'a code' }),
]);
export const expressions: readonly schema.Sql[] = [sql`a > ${1}`, sql.raw('now()')];

// 4. A revision file
export async function upgrade(op: Operations): Promise<void> {
  op.createExtension('hstore', { ifNotExists: true, schema: 'extensions', version: '1.8', cascade: true });
  op.alterExtension('hstore', { version: '1.9', existingVersion: '1.8' });
  op.createSequence('ids', { start: 9, schema: 'app' });
  op.alterSequence('ids', { increment: 2, existingIncrement: 1 });
  op.createDomain('code', text(), { checks: [check(sql`VALUE <> ''`, { name: 'full' })] });
  op.alterDomain('code', { nullable: false, existingNullable: true, dropChecks: ['full'] });
  op.dropDomain('code');
  op.dropSequence('ids', { ifExists: true });
  op.dropExtension('hstore', { cascade: true });
  const created: schema.Table = await op.createTable(
    'users',
    [column('id', integer(), { primaryKey: true })],
    {
      schema: 'app',
      ifNotExists: true,
    },
  );
  op.dropTable('old', { schema: 'app', ifExists: true });
  op.renameTable('a', 'b', { schema: 'app' });
  op.createTableComment('a', 'text', { existingComment: null, schema: 'app' });
  op.dropTableComment('a', { existingComment: 'text', schema: 'app' });
  op.addColumn('a', column('b', integer()), { schema: 'app', ifNotExists: true });
  op.dropColumn('a', 'b', { schema: 'app', ifExists: true });
  op.alterColumn('a', 'b', {
    type: string(20),
    nullable: false,
    serverDefault: null,
    newName: 'c',
    comment: 'text',
    autoincrement: false,
    existingType: integer(),
    existingNullable: true,
    existingServerDefault: sql`now()`,
    existingComment: null,
    postgresql: { using: 'b::text' },
    schema: 'app',
  });
  op.createIndex('ix', 'a', ['b', sql`lower(c)`], { unique: true, schema: 'app', ifNotExists: true });
  op.dropIndex('ix', { table: 'a', schema: 'app', ifExists: true });
  op.createPrimaryKey('pk', 'a', ['b'], { schema: 'app' });
  op.createForeignKey('fk', 'a', 'b', ['c'], ['d'], {
    sourceSchema: 'x',
    referentSchema: 'y',
    onDelete: 'cascade',
  });
  op.createUniqueConstraint('uq', 'a', ['b'], { schema: 'app' });
  op.createCheckConstraint('ck', 'a', sql`b > 0`, { schema: 'app' });
  op.createExcludeConstraint('ex', 'a', [['b', '&&']], { using: 'gist', where: sql`b > 0`, schema: 'app' });
  op.dropConstraint('uq', 'a', { type: 'unique', schema: 'app', ifExists: true });
  op.bulkInsert(
    created,
    [{ id: 1, at: new Date(), big: 1n, bytes: new Uint8Array(), json: {}, none: null }],
    {
      multiinsert: false,
    },
  );
  op.bulkInsert('users', [{ id: 1 }]);
  op.execute('DELETE FROM a');
  op.execute(sql`DELETE FROM a`, {});
  op.batchAlterTable(
    'a',
    async (batch) => {
      batch.addColumn(column('x', integer()), { insertAfter: 'id' });
      batch.dropColumn('y');
      batch.alterColumn('z', { nullable: false });
      batch.createIndex('ix', ['x']);
      batch.dropIndex('ix');
      batch.createPrimaryKey('pk', ['x']);
      batch.createForeignKey('fk', 'b', ['x'], ['id']);
      batch.createUniqueConstraint(batch.f('uq'), ['x']);
      batch.createCheckConstraint('ck', sql`x > 0`);
      batch.createExcludeConstraint('ex', [['x', '=']]);
      batch.dropConstraint('ck', { type: 'check' });
      batch.createTableComment('text');
      batch.dropTableComment();
    },
    {
      schema: null,
      recreate: 'auto',
      copyFrom: created,
      partialReordering: [['x', 'z']],
      tableArgs: [unique(['x'])],
      namingConvention,
    },
  );
  op.inlineLiteral('x');
  op.f('ix_final');
  op.invoke({ kind: 'execute' });
  const bind = op.getBind();
  const rows: { id: number }[] = await bind.query<{ id: number }>('SELECT id FROM a WHERE id = ?', [1]);
  await bind.exec('SELECT 1; SELECT 2');
  const name: string = bind.dialect.name;
  const raw: unknown = bind.raw;
  const inner: number = await bind.savepoint(async () => 1);
  const inspected: schema.SchemaModel = await bind.inspect();
  bind.kysely<{ a: { id: number } }>();
  await op.getContext().autocommitBlock(async () => {});
  void [rows, name, raw, inner, inspected];
}

// 5. The revision graph, without a database
export function graph(specs: readonly RevisionSpec[]): void {
  const map = new RevisionMap(specs);
  new RevisionMap([
    new Revision({ revision: 'a', downRevision: null, dependsOn: ['b'], branchLabels: 'x', doc: '' }),
  ]);
  const ids: (readonly string[])[] = [map.heads, map.realHeads, map.bases, map.realBases, map.warnings];
  const points: (readonly Revision[])[] = [map.branchPoints, map.mergePoints, map.getAllCurrent(['a'])];
  const one: Revision | null = map.getRevision('head');
  const some: (Revision | null)[] = map.getRevisions(['a', 'b']);
  map.getRevisions('heads');
  const head: string | null = map.getCurrentHead('label');
  map.getCurrentHead();
  const number: string | string[] | null = map.asRevisionNumber('heads');
  const walked: Iterable<Revision> = map.walk('base', 'heads');
  const labels: ReadonlySet<string>[] = [one!.branchLabels, one!.ownBranchLabels];
  const down: readonly string[] = one!.normalizedDownRevisions;
  const line: string = one!.format({ verbose: true });
  const steps: RevisionStep[] = [
    ...planUpgrade(map, ['a'], 'heads'),
    ...planDowngrade(map, ['a'], 'base'),
    ...planStamp(map, ['a'], ['b'], { purge: true }),
    ...planStamp(map, ['a'], 'b'),
  ];
  const step: RevisionStep = {
    revision: null as string | null,
    kind: 'stamp' as 'upgrade' | 'downgrade' | 'stamp',
    versionChanges: { insert: ['a'], delete: ['b'], update: [['c', 'd']] },
    headsAfter: ['d'],
  };
  const planned: RevisionSpec = planRevision(map, {
    revision: 'z',
    head: ['a', 'b'],
    splice: true,
    dependsOn: 'c',
    branchLabels: ['x'],
  });
  planRevision(map, { revision: 'z', head: null });
  void [ids, points, some, head, number, walked, labels, down, line, steps, step, planned];
}

// 6. The command line's configuration
export const configuration: DefinedConfig = defineConfig({
  app: { name: 'shop', rootPath: '.' },
  engines: createEngine('postgresql://app@localhost/app'),
  metadatas: new MetaData([]),
  config: { scriptLocation: 'migrations' },
  context: {},
  runMkdir: true,
  commandName: false,
});

// 8. Shapes
export async function shapes(
  script: Script,
  made: MigrationScript,
  context: MigrationContext,
): Promise<void> {
  const facts: [string, string, string, ReadonlySet<string>, ReadonlySet<string>] = [
    script.revision,
    script.doc,
    script.longdoc,
    script.branchLabels,
    script.nextrev,
  ];
  const names: (null | string | readonly string[])[] = [script.downRevision, script.dependsOn];
  const path: string = script.path;
  const flags: boolean[] = [script.isHead, script.isBase, script.isBranchPoint, script.isMergePoint];
  const module: object = await script.load();
  const line: string = script.format({ includeDoc: true });
  for (const list of [made.upgradeOps, made.downgradeOps].flat()) {
    const diffs: readonly Diff[] = list.asDiffs();
    const empty: boolean = list.isEmpty();
    const [first] = list.reverse().ops;
    const key: string | undefined = diffs[0]?.engineName;
    void [empty, first, key, diffs[0]?.kind];
  }
  const heads: string[] = await context.getCurrentHeads();
  const current: string | null = await context.getCurrentRevision();
  const dialect: string = context.dialect.name;
  const rows: { a: number }[] = await context.connection.query<{ a: number }>('SELECT 1 AS a');
  const result: number = await context.autocommitBlock(async () => 1);
  context.stamp satisfies (...args: never[]) => Promise<unknown>;
  void [facts, names, path, flags, module, line, heads, current, dialect, rows, result];
}

export async function autogenerate(alembic: Alembic, metadata: MetaData): Promise<void> {
  const made: MigrationScript = await produceMigrations(alembic.migrationContext, metadata);
  const diffs: Diff[] = await compareMetadata(alembic.migrationContext, metadata);
  const source: object = renderMigration(made, alembic.migrationContext);
  void [diffs, source];
}

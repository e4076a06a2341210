import fc from 'fast-check';
import { coreDefinitions as op } from '../../src/objects/definitions.ts';
import { exclude } from '../../src/objects/exclude/operations.ts';
import type { Batch } from '../../src/operations/batch.ts';
import type { Operation } from '../../src/operations/operation.ts';
import {
  bigInteger,
  boolean,
  type ColumnElement,
  type ColumnOptions,
  type ColumnType,
  type Computed,
  char,
  check,
  column,
  computed,
  type DialectOptionsInput,
  date,
  dateTime,
  double,
  enumType,
  f,
  float,
  foreignKey,
  type Identity,
  identity,
  index,
  integer,
  interval,
  json,
  largeBinary,
  type NameInput,
  numeric,
  type OptionValue,
  type PrimaryKey,
  primaryKey,
  real,
  type Sql,
  smallInteger,
  sql,
  sqlType,
  string,
  type Table,
  type TypeDefinition,
  table,
  text,
  time,
  timestamp,
  unicode,
  unique,
  uuid,
  varbinary,
  withVariant,
} from '../../src/schema/index.ts';
import { makeType } from '../../src/schema/types/generic.ts';
import { hostileName } from './operations.ts';

/** A dialect's own types, in each of the ways in which a type's builder is called. */
export const dialectTypes: readonly TypeDefinition[] = [
  { name: 'jsonb', positional: [], options: {} },
  { name: 'array', positional: ['item'], options: { dimensions: 'dimensions' } },
  { name: 'bit', positional: ['length'], options: { varying: 'extra' } },
  // shares its name with a generic type, and says more
  { name: 'integer', positional: [], options: { unsigned: 'unsigned' } },
];

export const dialectBuilders = {
  jsonb: (): ColumnType => makeType('jsonb'),
  array: (item: ColumnType, options: { readonly dimensions?: number } = {}): ColumnType =>
    makeType('array', { item, dimensions: options.dimensions }),
  bit: (
    length?: number,
    options: {
      readonly varying?: { readonly [option: string]: string | number | boolean | Sql | null };
    } = {},
  ): ColumnType => makeType('bit', { length, extra: options.varying }),
  integer: (options: { readonly unsigned?: boolean } = {}): ColumnType =>
    makeType('integer', { unsigned: options.unsigned }),
} as const;

const nasty = [
  "'",
  '"',
  '`',
  '\\',
  '${x}',
  '$',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\u2028',
  '\u2029',
  '\ud800',
  '\udc00x',
  '\u202e',
  '\ufeff',
  '*/',
  '//',
  '</script>',
  '\\u0041',
  '👩‍👧',
];

/** Any text, with what breaks literals in it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ maxLength: 4 })), { maxLength: 6 })
    .map((parts) => parts.join('')),
  fc.string({ minLength: 60, maxLength: 150 }),
);

const storable = hostileText.filter((text) => !text.includes('\0'));
const expression: fc.Arbitrary<Sql> = fc.oneof(
  hostileText.map((text) => sql.raw(text)),
  fc.constantFrom(sql`now()`, sql`lower(email)`, sql.raw('`a` > 0')),
);
const condition = expression.filter(({ text }) => text.trim() !== '');
const count = fc.integer({ min: 1, max: 400 });
const flag = fc.constant(true);

/** Names in which a dot could be taken for the one between a schema and a table, or a table and a column. */
const dotted = fc.oneof(hostileName, fc.constantFrom('a.b', 'a.b.c', '.a', 'b.', 'app'));

/** An object with some of the keys. */
function some<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const plainType: fc.Arbitrary<ColumnType> = fc.oneof(
  fc
    .constantFrom(integer, smallInteger, bigInteger, real, double, boolean, date, json, uuid)
    .map((type) => type()),
  fc
    .tuple(
      fc.option(count, { nil: undefined }),
      fc.option(fc.integer({ min: -5, max: 20 }), { nil: undefined }),
    )
    .map(([precision, scale]) => numeric(precision, scale)),
  fc.option(count, { nil: undefined }).map((precision) => float(precision)),
  fc
    .tuple(
      fc.constantFrom(string, char, unicode),
      fc.option(count, { nil: undefined }),
      some({ collation: storable }),
    )
    .map(([type, length, options]) => type(length, options)),
  some({ collation: storable }).map((options) => text(options)),
  fc
    .tuple(fc.constantFrom(time, dateTime, timestamp), some({ timezone: fc.boolean(), precision: count }))
    .map(([type, options]) => type(options)),
  some({ fields: storable, precision: count }).map((options) => interval(options)),
  fc
    .tuple(fc.constantFrom(largeBinary, varbinary), fc.option(count, { nil: undefined }))
    .map(([type, length]) => type(length)),
  fc
    .tuple(
      fc.uniqueArray(hostileText, { minLength: 1, maxLength: 4 }),
      some({
        name: hostileName,
        schema: hostileName,
        native: fc.boolean(),
        createConstraint: fc.boolean(),
        length: count,
      }),
    )
    .map(([values, options]) => enumType(values, options)),
  storable.map((text) => sqlType(text)),
  fc.constant(dialectBuilders.jsonb()),
  flag.map((unsigned) => dialectBuilders.integer({ unsigned })),
  fc
    .tuple(
      fc.option(count, { nil: undefined }),
      fc.option(fc.dictionary(hostileName, fc.oneof(hostileText, fc.boolean(), expression)), {
        nil: undefined,
      }),
    )
    .map(([length, varying]) => dialectBuilders.bit(length, varying === undefined ? {} : { varying })),
);

export const anyType: fc.Arbitrary<ColumnType> = fc.oneof(
  { weight: 8, arbitrary: plainType },
  {
    weight: 1,
    arbitrary: fc
      .tuple(plainType, some({ dimensions: count }))
      .map(([item, options]) => dialectBuilders.array(item, options)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        plainType,
        fc.dictionary(fc.constantFrom('postgresql', 'mysql', '__proto__', 'my-own'), plainType),
      )
      .map(([type, variants]) => withVariant(type, variants)),
  },
);

const { option: optionValue } = fc.letrec<{ option: OptionValue }>((tie) => ({
  option: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostileText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    expression,
    fc.array(tie('option'), { maxLength: 3 }),
    fc.dictionary(hostileName, tie('option'), { maxKeys: 3 }),
  ),
}));

const dialectOptions: fc.Arbitrary<DialectOptionsInput> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: some({
      postgresql: fc.dictionary(hostileName, optionValue, { maxKeys: 3 }),
      mysql: fc.dictionary(hostileName, optionValue, { maxKeys: 2 }),
      sqlite: fc.constant({ strict: true }),
    }),
  },
);

const nameInput: fc.Arbitrary<NameInput> = fc.oneof(
  fc.constant(null),
  hostileName,
  hostileName.map((name) => f(name)),
);
const initially = fc.constantFrom('DEFERRED' as const, 'IMMEDIATE' as const);
const keyOptions = fc
  .tuple(some({ deferrable: fc.boolean(), initially }), dialectOptions)
  .map(([own, dialect]) => ({ ...own, ...dialect }));
const action = fc.constantFrom('cascade', 'SET NULL', 'restrict', 'no action', 'set null (a, "b\'c")');
const foreignKeyOptions = fc
  .tuple(
    some({
      onDelete: action,
      onUpdate: action,
      deferrable: fc.boolean(),
      initially,
      match: fc.constantFrom('full', 'SIMPLE'),
      useAlter: fc.boolean(),
      referredSchema: fc.option(dotted),
    }),
    dialectOptions,
  )
  .map(([own, dialect]) => ({ ...own, ...dialect }));

const anyIdentity: fc.Arbitrary<Identity> = some({
  always: fc.boolean(),
  start: fc.integer(),
  increment: fc.integer(),
  minValue: fc.maxSafeInteger(),
  cache: count,
  cycle: fc.boolean(),
}).map((options) => identity(options));
const anyComputed: fc.Arbitrary<Computed> = fc
  .tuple(expression, some({ persisted: fc.boolean() }))
  .map(([text, options]) => computed(text, options));
const anyDefault = fc.oneof(
  storable,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 1e21, 0.1, Number.MAX_SAFE_INTEGER),
  fc.boolean(),
  expression,
);

const reference = fc.oneof(
  fc.constant('orgs.id'),
  fc
    .tuple(dotted, dotted, fc.option(nameInput, { nil: undefined }), foreignKeyOptions)
    .map(([name, target, label, options]) => ({
      column: target,
      table: name,
      ...(label === undefined ? {} : { name: label }),
      ...options,
    })),
);

export const anyColumn: fc.Arbitrary<ColumnElement> = fc
  .tuple(
    hostileName,
    anyType,
    some<ColumnOptions>({
      nullable: fc.boolean(),
      primaryKey: fc.boolean(),
      autoincrement: fc.constantFrom(true, false, 'auto' as const),
      unique: fc.boolean(),
      index: fc.boolean(),
      references: reference,
      comment: fc.option(hostileText),
    }),
    fc.oneof(
      fc.constant({}),
      fc.record({ serverDefault: anyDefault }),
      fc.record({ computed: anyComputed }),
      fc.record({ identity: anyIdentity }),
    ),
    dialectOptions,
  )
  .map(([name, type, options, value, dialect]) => column(name, type, { ...options, ...value, ...dialect }));

function anyElements(columns: readonly string[]): fc.Arbitrary<readonly (string | Sql | object)[]> {
  return fc.array(
    fc.oneof(
      fc.constantFrom(...columns),
      condition,
      fc
        .tuple(
          fc.oneof(fc.record({ column: fc.constantFrom(...columns) }), fc.record({ expression: condition })),
          some({
            order: fc.constantFrom('ASC' as const, 'DESC' as const),
            nulls: fc.constantFrom('FIRST' as const, 'LAST' as const),
            collation: storable,
            operatorClass: storable,
            length: count,
          }),
        )
        .map(([what, how]) => ({ ...what, ...how })),
    ),
    { minLength: 1, maxLength: 3 },
  );
}

const indexOptions = fc
  .tuple(some({ unique: fc.boolean(), where: condition }), dialectOptions)
  .map(([own, dialect]) => ({ ...own, ...dialect }));
const excludeElements = fc.array(
  fc.tuple(fc.oneof(hostileName, expression), fc.constantFrom('=', '&&', 'OPERATOR(x.=)')),
  { minLength: 1, maxLength: 3 },
);
const excludeOptions = some({ using: storable, where: condition, deferrable: fc.boolean(), initially });

/** A table with several of everything, as the builder makes it. */
export const anyTable: fc.Arbitrary<Table> = fc
  .uniqueArray(anyColumn, { minLength: 1, maxLength: 5, selector: ({ name }) => name })
  .chain((columns) => {
    const names = columns.map(({ name }) => name);
    const several = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
    const named = fc.record({ name: nameInput });
    const parts = fc.oneof(
      fc.tuple(several, keyOptions, named).map(([on, options, name]) => unique(on, { ...options, ...name })),
      fc
        .tuple(condition, dialectOptions, named)
        .map(([text, options, name]) => check(text, { ...options, ...name })),
      fc
        .tuple(several, dotted, foreignKeyOptions, named)
        .map(([on, target, options, name]) => foreignKey(on, target, on, { ...options, ...name })),
      fc
        .tuple(nameInput, anyElements(names), indexOptions)
        .map(([name, elements, options]) => index(name, elements, options)),
      fc
        .tuple(excludeElements, excludeOptions, named)
        .map(([elements, options, name]) => exclude(elements, { ...options, ...name })),
    );
    const flagged = columns.filter(({ shorthand }) => shorthand.primaryKey).map(({ name }) => name);
    const key: fc.Arbitrary<readonly PrimaryKey[]> = fc
      .tuple(fc.boolean(), fc.shuffledSubarray(names), keyOptions, named)
      .map(([there, others, options, name]) => {
        const on = [...new Set([...others, ...flagged])];
        return there && on.length > 0 ? [primaryKey(on, { ...options, ...name })] : [];
      });
    return fc
      .tuple(
        hostileName,
        fc.array(parts, { maxLength: 4 }),
        key,
        some({ schema: fc.option(hostileName), comment: hostileText }),
        dialectOptions,
      )
      .map(([name, others, primary, options, dialect]) =>
        table(name, [...columns, ...primary, ...others], { ...options, ...dialect }),
      );
  });

/** What changes a table that is there, and has a place in a batch. */
function onTable(name: string, at: { readonly schema: string | null }): fc.Arbitrary<Operation> {
  const names = fc.uniqueArray(hostileName, { minLength: 1, maxLength: 3 });
  const plain = fc.oneof(
    fc
      .tuple(
        anyColumn,
        some({ ifNotExists: fc.boolean(), insertBefore: hostileName, insertAfter: hostileName }),
      )
      .map(([one, options]) => op.addColumn.create(name, one, { ...options, ...at })),
    fc
      .tuple(hostileName, some({ ifExists: fc.boolean() }))
      .map(([one, options]) => op.dropColumn.create(name, one, { ...options, ...at })),
    fc
      .tuple(
        hostileName,
        some({
          newName: hostileName,
          type: anyType,
          nullable: fc.boolean(),
          serverDefault: fc.option(anyDefault),
          comment: fc.option(hostileText),
          autoincrement: fc.constantFrom(true, false, 'auto' as const),
          computed: fc.option(anyComputed),
          identity: fc.option(anyIdentity),
          existingType: anyType,
          existingNullable: fc.boolean(),
          existingServerDefault: fc.option(anyDefault),
          existingComment: fc.option(hostileText),
          existingAutoincrement: fc.boolean(),
          existingComputed: fc.option(anyComputed),
          existingIdentity: fc.option(anyIdentity),
        }),
        dialectOptions,
      )
      .map(([one, options, dialect]) => op.alterColumn.create(name, one, { ...options, ...dialect, ...at })),
    fc
      .tuple(nameInput, anyElements(['a', 'b.c', "d'e"]), indexOptions, some({ ifNotExists: fc.boolean() }))
      .map(([label, elements, options, more]) =>
        op.createIndex.create(label, name, elements, { ...options, ...more, ...at }),
      ),
    fc
      .tuple(hostileName, some({ ifExists: fc.boolean() }), dialectOptions)
      .map(([label, options, dialect]) =>
        op.dropIndex.create(label, { table: name, ...options, ...dialect, ...at }),
      ),
    fc
      .tuple(nameInput, names, keyOptions)
      .map(([label, on, options]) => op.createPrimaryKey.create(label, name, on, { ...options, ...at })),
    fc
      .tuple(nameInput, names, keyOptions)
      .map(([label, on, options]) =>
        op.createUniqueConstraint.create(label, name, on, { ...options, ...at }),
      ),
    fc
      .tuple(nameInput, dotted, names, foreignKeyOptions)
      .map(([label, target, on, options]) =>
        op.createForeignKey.create(label, name, target, on, on, { ...options, ...at }),
      ),
    fc
      .tuple(nameInput, condition, dialectOptions)
      .map(([label, text, options]) =>
        op.createCheckConstraint.create(label, name, text, { ...options, ...at }),
      ),
    fc
      .tuple(nameInput, excludeElements, excludeOptions)
      .map(([label, elements, options]) =>
        op.createExcludeConstraint.create(label, name, elements, { ...options, ...at }),
      ),
    fc
      .tuple(
        hostileName,
        some({
          type: fc.constantFrom('unique' as const, 'foreignkey' as const, 'check' as const),
          ifExists: fc.boolean(),
        }),
      )
      .map(([label, options]) => op.dropConstraint.create(label, name, { ...options, ...at })),
    fc.tuple(hostileName, fc.option(hostileName)).map(([label, was]) =>
      op.validateConstraint.create(label, name, {
        ...at,
        was: was === null ? null : check(sql`a > 0`, { name: was, postgresql: { notValid: true } }),
      }),
    ),
    fc
      .tuple(condition, nameInput)
      .map(([text]) => op.dropConstraint.create(null, name, { was: check(text), ...at })),
    fc
      .tuple(hostileText, some({ existingComment: fc.option(hostileText) }))
      .map(([text, options]) => op.createTableComment.create(name, text, { ...options, ...at })),
    some({ existingComment: fc.option(hostileText) }).map((options) =>
      op.dropTableComment.create(name, { ...options, ...at }),
    ),
  );
  return plain as fc.Arbitrary<Operation>;
}

const place = fc.tuple(hostileName, fc.record({ schema: fc.option(hostileName) }));

const batch: fc.Arbitrary<Operation> = place.chain(([name, at]) =>
  fc
    .record({
      operations: fc.array(onTable(name, at), { maxLength: 4 }),
      recreate: fc.constantFrom('auto' as const, 'always' as const, 'never' as const),
      copyFrom: fc.option(anyTable, { freq: 3 }),
      partialReordering: fc.option(fc.array(fc.array(hostileName, { maxLength: 2 }), { maxLength: 3 })),
      tableArgs: fc.array(
        condition.map((text) => check(text)),
        { maxLength: 2 },
      ),
    })
    .map((parts): Batch => ({ kind: 'batch', table: name, ...at, ...parts })),
);

const document = fc.jsonValue({ maxDepth: 2 }).filter((value) => typeof value === 'object' && value !== null);
const cell = fc.oneof(
  hostileText,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  expression,
  fc.bigInt(),
  fc.uint8Array({ maxLength: 40 }),
  document,
);
const rows = fc
  .uniqueArray(hostileName, { maxLength: 3 })
  .chain((names) =>
    fc.array(fc.record(Object.fromEntries(names.map((name) => [name, cell]))), { maxLength: 3 }),
  );

const query = hostileText.filter((text) => text.replace(/[\s;]/g, '') !== '');
const viewOptions = fc.oneof(
  some({
    columns: fc.uniqueArray(hostileName, { minLength: 1, maxLength: 3 }),
    comment: hostileText,
    postgresql: fc.constant({ with: { security_barrier: true } }),
  }),
  some({
    comment: hostileText,
    indexes: fc
      .tuple(hostileName, fc.boolean())
      .map(([name, isUnique]) => [index(name, [name], { unique: isUnique })]),
  }).map((options) => ({ ...options, materialized: true })),
);

const definition = query.filter((text) => !text.includes('\0'));
const signature = fc
  .tuple(
    hostileName,
    fc.array(
      fc.constantFrom(
        'a integer',
        'double precision',
        'IN OUT "b c" character varying(10)[]',
        'app."Mood"',
        'VARIADIC rest text[]',
        "n timestamptz DEFAULT '${x}), ('",
        'OUT total numeric(10, 2)',
      ),
      { maxLength: 3 },
    ),
  )
  .map(([name, args]) => `"${name.replaceAll('"', '""')}"(${args.join(', ')})`);
const functionOptions = some({ comment: hostileText, procedure: fc.boolean(), checkBody: fc.boolean() });
const triggerDefinition = fc
  .tuple(
    fc.constantFrom('BEFORE INSERT', 'AFTER UPDATE OF a, "b c" OR DELETE', 'INSTEAD OF UPDATE OF [x]'),
    definition,
  )
  .map(([events, rest]) => `${events} FOR EACH ROW ${rest}`);
const triggerOptions = some({
  comment: hostileText,
  constraint: fc.boolean(),
  enabled: fc.constantFrom(true, false, 'replica' as const, 'always' as const),
});

const bits = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const wholeNumber = fc.oneof(bits, fc.integer(), bits.map(String));
const countUp = fc.oneof(fc.integer({ min: 1 }), fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }));
const sequenceFacts = {
  type: fc.constantFrom(null, smallInteger(), integer(), bigInteger()),
  start: fc.option(wholeNumber),
  increment: fc.option(countUp),
  minValue: fc.option(wholeNumber),
  maxValue: fc.option(wholeNumber),
  cache: fc.option(countUp),
  cycle: fc.boolean(),
  ownedBy: fc.option(
    fc.oneof(fc.constant('orders.id'), fc.record({ table: hostileName, column: hostileName })),
  ),
  comment: fc.option(hostileText),
};
const unlogged = fc.constant({ postgresql: { unlogged: true } });
const domainFacts = {
  type: anyType.filter(({ collation }) => collation !== ''),
  collation: fc.option(hostileName),
  nullable: fc.boolean(),
  serverDefault: fc.option(anyDefault),
  comment: fc.option(hostileText),
};
const domainChecks = fc.uniqueArray(
  fc.tuple(condition, hostileName).map(([text, name]) => check(text, { name })),
  { maxLength: 3, selector: ({ name }) => name },
);

/** The same facts, some as they are to be and some as they are. */
function altered<T extends { readonly [fact: string]: fc.Arbitrary<unknown> }>(
  facts: T,
): fc.Arbitrary<object> {
  const existing = Object.entries(facts).map(([fact, value]) => [
    `existing${fact[0]?.toUpperCase()}${fact.slice(1)}`,
    value,
  ]);
  return some({ ...facts, ...(Object.fromEntries(existing) as object) });
}

const ofPostgresql: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(place, some({ ...sequenceFacts, ifNotExists: fc.boolean() }), some({ of: unlogged }))
    .map(([[name, at], options, { of = {} }]) =>
      op.createSequence.create(name, { ...options, ...of, ...at }),
    ),
  fc
    .tuple(place, some({ ifExists: fc.boolean() }))
    .map(([[name, at], options]) => op.dropSequence.create(name, { ...options, ...at })),
  fc
    .tuple(
      place,
      altered(sequenceFacts),
      some({ options: unlogged, existingOptions: unlogged, newName: hostileName }),
    )
    .map(([[name, at], options, more]) => op.alterSequence.create(name, { ...options, ...more, ...at })),
  fc
    .tuple(
      hostileName,
      some({ schema: hostileName, version: hostileName, ifNotExists: flag, cascade: fc.boolean() }),
    )
    .map(([name, options]) => op.createExtension.create(name, options)),
  fc
    .tuple(hostileName, some({ ifExists: fc.boolean(), cascade: fc.boolean() }))
    .map(([name, options]) => op.dropExtension.create(name, options)),
  fc
    .tuple(
      hostileName,
      some({
        schema: hostileName,
        version: fc.option(hostileName),
        existingSchema: hostileName,
        existingVersion: hostileName,
      }),
    )
    .map(([name, options]) => op.alterExtension.create(name, options)),
  fc
    .tuple(place, domainFacts.type, some({ ...domainFacts, checks: domainChecks }))
    .map(([[name, at], type, { type: _, ...options }]) =>
      op.createDomain.create(name, type, { ...options, ...at }),
    ),
  fc
    .tuple(place, some({ ifExists: fc.boolean() }))
    .map(([[name, at], options]) => op.dropDomain.create(name, { ...options, ...at })),
  fc
    .tuple(
      place,
      altered(domainFacts),
      some({
        dropChecks: domainChecks,
        addChecks: domainChecks,
        renameChecks: fc.dictionary(hostileName, hostileName, { maxKeys: 2 }),
        newName: hostileName,
      }),
    )
    .map(([[name, at], options, more]) => op.alterDomain.create(name, { ...options, ...more, ...at })),
) as fc.Arbitrary<Operation>;

const byItself: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(anyTable, fc.boolean())
    .map(
      ([made, ifNotExists]): Operation => Object.freeze({ kind: 'createTable', table: made, ifNotExists }),
    ),
  fc
    .tuple(place, some({ ifExists: fc.boolean() }))
    .map(([[name, at], options]) => op.dropTable.create(name, { ...options, ...at })),
  fc.tuple(place, hostileName).map(([[name, at], to]) => op.renameTable.create(name, to, at)),
  hostileName.map((name) => op.dropIndex.create(name)),
  fc
    .tuple(hostileName, fc.boolean())
    .map(([name, ifNotExists]) => op.createSchema.create(name, { ifNotExists })),
  fc.tuple(hostileName, fc.boolean()).map(([name, ifExists]) => op.dropSchema.create(name, { ifExists })),
  fc
    .tuple(place, fc.boolean(), fc.option(fc.boolean()))
    .map(([[name, at], strict, before]) =>
      op.alterTableOptions.create(
        name,
        { sqlite: strict ? { strict } : {} },
        { ...at, ...(before === null ? {} : { existing: { sqlite: { withoutRowid: before } } }) },
      ),
    ),
  fc
    .tuple(
      fc.constantFrom('index' as const, 'type' as const, 'schema' as const),
      place,
      fc.option(hostileText),
      some({ existing: fc.option(hostileText) }),
    )
    .map(([on, [name, at], comment, options]) =>
      op.commentOn.create(on, name, comment, { ...options, ...at }),
    ),
  fc
    .tuple(
      fc.constantFrom('constraint' as const, 'domainConstraint' as const, 'viewColumn' as const),
      place,
      hostileName,
      fc.option(hostileText),
    )
    .map(([on, [table, at], name, comment]) => op.commentOn.create(on, name, comment, { table, ...at })),
  fc
    .tuple(place, fc.array(hostileText, { maxLength: 4 }))
    .map(([[name, at], values]) => op.createEnum.create(name, values, at)),
  fc
    .tuple(place, fc.boolean())
    .map(([[name, at], ifExists]) => op.dropEnum.create(name, { ifExists, ...at })),
  fc
    .tuple(place, fc.array(hostileText), some({ existingValues: fc.array(hostileText) }))
    .map(([[name, at], values, options]) => op.alterEnum.create(name, values, { ...options, ...at })),
  fc
    .tuple(place, query, viewOptions)
    .map(([[name, at], text, options]) => op.createView.create(name, text, { ...options, ...at })),
  fc
    .tuple(place, some({ ifExists: fc.boolean(), materialized: fc.boolean() }))
    .map(([[name, at], options]) => op.dropView.create(name, { ...options, ...at })),
  fc.tuple(place, query, viewOptions, fc.option(query)).map(([[name, at], text, options, before]) =>
    op.replaceView.create(name, text, {
      ...options,
      ...at,
      existing: before === null ? null : op.createView.create(name, before, { ...options, ...at }).view,
    }),
  ),
  fc
    .tuple(place, some({ concurrently: fc.boolean(), withData: fc.boolean() }))
    .map(([[name, at], options]) => op.refreshMaterializedView.create(name, { ...options, ...at })),
  fc
    .tuple(signature, place, definition, functionOptions)
    .map(([head, [, at], text, options]) => op.createFunction.create(head, text, { ...options, ...at })),
  fc
    .tuple(signature, place, some({ ifExists: fc.boolean(), procedure: fc.boolean() }))
    .map(([head, [, at], options]) => op.dropFunction.create(head, { ...options, ...at })),
  fc
    .tuple(signature, place, definition, functionOptions, fc.option(definition))
    .map(([head, [, at], text, options, before]) =>
      op.replaceFunction.create(head, text, {
        ...options,
        ...at,
        existing: before === null ? null : op.createFunction.create(head, before, at).function,
      }),
    ),
  fc
    .tuple(place, hostileName, triggerDefinition, triggerOptions)
    .map(([[name, at], table, text, options]) =>
      op.createTrigger.create(name, table, text, { ...options, ...at }),
    ),
  fc
    .tuple(place, hostileName, fc.boolean())
    .map(([[name, at], table, ifExists]) => op.dropTrigger.create(name, table, { ifExists, ...at })),
  fc
    .tuple(place, hostileName, triggerDefinition, triggerOptions, fc.option(triggerDefinition))
    .map(([[name, at], table, text, options, before]) =>
      op.replaceTrigger.create(name, table, text, {
        ...options,
        ...at,
        existing: before === null ? null : op.createTrigger.create(name, table, before, at).trigger,
      }),
    ),
  fc
    .tuple(place, hostileText, hostileText)
    .map(([[name, at], from, to]) => op.renameEnumValue.create(name, from, to, at)),
  hostileText.filter((text) => text.trim() !== '').map((text) => op.execute.create(text)),
  fc.tuple(place, rows).map(([[name, at], values]) => op.bulkInsert.create(name, values, at)),
  fc
    .tuple(anyTable, fc.array(cell, { minLength: 5, maxLength: 5 }))
    .map(([into, values]) =>
      op.bulkInsert.create(into, [Object.fromEntries(into.columns.map(({ name }, i) => [name, values[i]]))]),
    ),
) as fc.Arbitrary<Operation>;

/** An operation of any kind, as its definition makes it. */
export const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: place.chain(([name, at]) => onTable(name, at)) },
  { weight: 3, arbitrary: byItself },
  { weight: 1, arbitrary: ofPostgresql },
  { weight: 1, arbitrary: batch },
);

/** Several operations on one table: what can be grouped. */
export const operationsOnOneTable: fc.Arbitrary<readonly Operation[]> = place.chain(([name, at]) =>
  fc.array(onTable(name, at), { minLength: 1, maxLength: 4 }),
);

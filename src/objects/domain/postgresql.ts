import type { Connection } from '../../dialect/connection.ts';
import type { InspectOptions } from '../../dialect/dialect.ts';
import { type PrintedDomain, printedDomainSql, readPrintedDomain } from '../../operations/printed-domain.ts';
import type { SqlWriter } from '../../operations/sql-writer.ts';
import type { Check } from '../../schema/check.ts';
import type { Domain } from '../../schema/domain-object.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { sqlType } from '../../schema/types/generic.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { notOfExtension, schemasSql } from '../postgresql-schemas.ts';
import { askScratch, type ScratchAnswers } from '../scratch.ts';
import { baseType, domainStatements, isNotValid } from './sql.ts';

/** The domains, in one query. */
export async function inspectDomains(
  connection: Connection,
  options: InspectOptions,
): Promise<readonly Domain[]> {
  const { condition, label } = schemasSql('n', options, connection.dialect.writer);
  const rows = await connection.readCatalogue<{ schema: string | null; name: string; definition: string }>(
    `SELECT ${label} AS schema, t.typname::text AS name, (${printedDomainSql})::text AS definition
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'd' AND ${condition} AND ${notOfExtension('pg_type', 't.oid')}
ORDER BY n.nspname, t.typname`,
  );
  return rows.map(({ schema, name, definition }) => {
    const printed = JSON.parse(definition) as PrintedDomain;
    return deepFreeze({
      kind: 'domain',
      schema,
      name,
      ...readPrintedDomain(printed, typeReader(connection)),
    });
  });
}

function typeReader({ dialect }: Connection): (printed: string) => ColumnType {
  return (printed) => dialect.readType?.(printed) ?? sqlType(printed);
}

/** Each domain as the server would print it, were it made now; one that it can't make yet keeps its text. */
export async function canonicalizeDomains(
  domains: readonly Domain[],
  connection: Connection,
  database: SchemaModel,
  warn: (message: string) => void,
): Promise<readonly Domain[]> {
  const { writer } = connection.dialect;
  const { answers, failures } = await ask(domains, connection);
  const refused = failures.find((failure) => /permission denied/i.test(failure));
  if (refused !== undefined)
    warn(
      `Domains are compared by their text, since the server may not be asked for its own form: ${refused}`,
    );
  const canonical = domains.map((domain, i) => inPrint(domain, answers[i] ?? null, connection));
  const read = await reread(canonical, database, connection);
  return read.map((domain) =>
    deepFreeze({
      ...domain,
      comment: domain.comment || null,
      checks: domain.checks.map((each) => kept(each, writer)),
    }),
  );
}

/** The server doesn't always print again what it printed before: what comes out the same when both are read again is the same. */
async function reread(
  domains: readonly Domain[],
  database: SchemaModel,
  connection: Connection,
): Promise<readonly Domain[]> {
  const found = [...domains];
  for (let pass = 0; pass < 2; pass++) {
    const open = found.flatMap((mine, i) => {
      const theirs = database.get<Domain>('domain', mine);
      return theirs !== undefined && deepEqual(mine.type, theirs.type) && !haveSameWords(mine, theirs)
        ? [{ i, mine, theirs }]
        : [];
    });
    if (open.length === 0) break;
    const { answers } = await ask(
      open.flatMap(({ mine, theirs }) => [mine, theirs]),
      connection,
    );
    for (const [n, { i, mine, theirs }] of open.entries()) {
      const again = [mine, theirs].map((each, side) =>
        inPrint(each, answers[2 * n + side] ?? null, connection),
      ) as [Domain, Domain];
      found[i] = adopt(again[0], again[1], theirs);
    }
  }
  return found;
}

function haveSameWords(mine: Domain, theirs: Domain): boolean {
  return (
    deepEqual(mine.serverDefault, theirs.serverDefault) &&
    mine.checks.every(({ condition }) => theirs.checks.some((each) => deepEqual(each.condition, condition)))
  );
}

/** Mine with the words that are there, where both read again are the same. */
function adopt(mine: Domain, theirs: Domain, there: Domain): Domain {
  const isSame = deepEqual(mine.serverDefault, theirs.serverDefault);
  return {
    ...mine,
    serverDefault: isSame ? there.serverDefault : mine.serverDefault,
    checks: mine.checks.map((each) => {
      const other = theirs.checks.findIndex(({ condition }) => deepEqual(condition, each.condition));
      return { ...each, condition: there.checks[other]?.condition ?? each.condition };
    }),
  };
}

/** Makes each for a moment. Checks are called by their places, whatever their names. */
function ask(domains: readonly Domain[], connection: Connection): Promise<ScratchAnswers> {
  return askScratch(
    connection,
    domains.map((domain, i) => {
      const name = `alembic_scratch_domain_${i}`;
      const scratch: Domain = {
        ...domain,
        schema: 'pg_temp',
        name,
        type: baseType(domain.type, domain.schema),
        checks: domain.checks.map((each, place) => ({ ...each, name: `c${place}` })),
        comment: null,
      };
      return {
        make: domainStatements(scratch, connection.dialect).map((each) => each.sql),
        ask: `SELECT (${printedDomainSql}) FROM pg_type t WHERE t.oid = 'pg_temp.${name}'::regtype`,
      };
    }),
  );
}

/** The domain in the words of the server; as it is where the server says none. */
function inPrint(domain: Domain, answer: string | null, connection: Connection): Domain {
  if (answer === null) return { ...domain, type: readBase(domain.type, connection) };
  const printed = readPrintedDomain(JSON.parse(answer) as PrintedDomain, typeReader(connection));
  const { type, collation, serverDefault } = printed;
  const byPlace = new Map(printed.checks.map(({ name, condition }) => [name, condition]));
  const checks = domain.checks.map((each, place) => ({
    ...each,
    condition: byPlace.get(`c${place}`) ?? each.condition,
  }));
  return { ...domain, type, collation, serverDefault, checks };
}

function readBase(type: ColumnType, { dialect }: Connection): ColumnType {
  return dialect.readType?.(dialect.writer.type(type)) ?? type;
}

/** The check under the name that the server keeps. */
function kept(each: Check, { quote }: SqlWriter): Check {
  const { finalName: _, name, ...rest } = each;
  const own = name === null ? null : quote(name).slice(1, -1).replaceAll('""', '"');
  const options = isNotValid(each) ? { postgresql: { notValid: true } } : {};
  return { ...rest, name: own, options };
}

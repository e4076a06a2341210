import type {
  Preview,
  PreviewCommit,
  PreviewNote,
  PreviewOperation,
  PreviewUnit,
} from '../commands/alembic-api.ts';
import { operationSummary } from './operation-summary.ts';
import { paint, shownPath } from './output.ts';

/** Previews for people: each step with its operations, and between them where transactions begin and end. */
export function previewLines(previews: readonly Preview[]): readonly string[] {
  const lines = previews.flatMap((preview, i) => [...(i === 0 ? [] : ['']), ...databaseLines(preview)]);
  const atTheEnd = previews.filter(({ units }) => units.some(({ commit }) => commit?.reason === 'run'));
  if (atTheEnd.length > 1)
    lines.push('', remark('each database is committed when all of them have run, one after the other'));
  return lines;
}

function databaseLines(preview: Preview): readonly string[] {
  const { database, direction, heads, headsAfter, steps, units, problems } = preview;
  const at = `${database} is at ${rows(heads ?? [])}${heads === null ? ', without a version table' : ''}`;
  if (steps.length === 0) return [`${at}: there is nothing to ${direction}.`];
  const lines = [`${at}; afterwards at ${rows(headsAfter)}:`];
  let place = -1;
  let isLeft = true;
  const leave = (): void => {
    const unit = units[place];
    if (!isLeft && unit !== undefined) lines.push(...endOf(unit));
    isLeft = true;
  };
  const enter = (next: number): void => {
    while (place < next) {
      leave();
      lines.push(...beginningOf(units[place + 1], units[place]));
      place++;
      isLeft = false;
    }
  };
  for (const { revision, doc, file, operations, unit, unknownFrom } of steps) {
    lines.push('', `${paint('yellow', revision)} ${doc}${file === null ? '' : ` (${shownPath(file)})`}`);
    for (const operation of operations) {
      enter(operation.unit);
      lines.push(...operationLines(operation, units[operation.unit]));
    }
    const thrown = problems.filter((problem) => problem.revision === revision && problem.operation === null);
    lines.push(...thrown.map((problem) => fault(`fails: ${told(problem)}`)));
    if (unknownFrom !== null) lines.push(remark(`not known from here on: ${told(unknownFrom)}`));
    enter(unit);
    if (operations.at(-1)?.unit !== unit) lines.push(remark('its row of the version table is written'));
    if (units[unit]?.commit?.reason === 'migration') leave();
  }
  leave();
  if (problems.length > 0)
    lines.push('', 'The run fails:', ...problems.map((problem) => `  ${paint('red', told(problem))}`));
  return lines;
}

function operationLines(
  { operation, sql, atomicity, destroys }: PreviewOperation,
  unit: PreviewUnit | undefined,
): readonly string[] {
  const remarks = destroys.map(({ what, isCertain }) =>
    isCertain ? fault(`destroys ${what}`) : remark(`may destroy ${what}`),
  );
  if (atomicity === 'autocommit' && unit?.isTransaction)
    remarks.push(fault('fails: it needs an autocommit block'));
  const { operations = [] } = (operation ?? {}) as { readonly operations?: readonly { kind: string }[] };
  return [
    `    ${[operation === null ? `SQL: ${excerpt(sql ?? '')}` : summary(operation), ...remarks].join('  ')}`,
    ...operations.map((each) => `      ${summary(each)}`),
  ];
}

function summary(operation: { readonly kind: string }): string {
  const { sql } = operation as { readonly sql?: unknown };
  return `${operationSummary(operation)}${typeof sql === 'string' ? ` ${excerpt(sql)}` : ''}`;
}

function beginningOf(unit: PreviewUnit | undefined, before: PreviewUnit | undefined): readonly string[] {
  if (unit?.isTransaction === false)
    return [remark('outside of a transaction: each operation is committed by itself')];
  return before?.isTransaction === false ? [remark('a transaction begins')] : [];
}

function endOf({ commit, risks, isAtomic, isComplete }: PreviewUnit): readonly string[] {
  const lines = risks.map((risk) => remark(`may happen: ${told(risk)}`));
  if (commit === null) return lines;
  const why = [
    reasonOf(commit),
    ...(isAtomic ? [] : ["a rollback before wouldn't undo changes of the schema"]),
    ...(isComplete ? [] : ['more of it may be committed before']),
  ];
  return [...lines, remark(`commits here: ${why.join('; ')}`)];
}

function reasonOf({ reason, file, line }: PreviewCommit): string {
  const place = placeOf(file, line);
  switch (reason) {
    case 'run':
      return 'everything has run';
    case 'migration':
      return 'the migration has a transaction of its own';
    case 'autocommitBlock':
      return `autocommit block${place}`;
    case 'implicit':
      return `the database holds what comes next in no transaction${place}`;
  }
}

function told({ code, message, file, line, operation }: PreviewNote): string {
  return `${code}${placeOf(file, line)}${operation === null ? '' : `, ${operation}`}: ${message}`;
}

function placeOf(file: string | null, line: number | null): string {
  return file === null ? '' : `, ${shownPath(file)}${line === null ? '' : `:${line}`}`;
}

function rows(ids: readonly string[]): string {
  return ids.length === 0 ? 'base' : ids.join(', ');
}

/** The beginning of SQL, on one line. */
function excerpt(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function remark(text: string): string {
  return paint('dim', `-- ${text}`);
}

function fault(text: string): string {
  return paint('red', `-- ${text}`);
}

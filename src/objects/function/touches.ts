import { mentionedNames } from '../../operations/mentioned-names.ts';
import { key, type Touches } from '../../operations/operation.ts';
import type { QualifiedName } from '../../schema/names.ts';
import { parseSignature } from '../../schema/signature.ts';
import type { SqlFunction } from '../../schema/sql-function.ts';
import { significant, tokensOf } from '../../schema/sql-tokens.ts';
import { mentionedKeys, mentionedKinds } from '../mentioned-keys.ts';

/**
 * What a function is and stands on. What calls one says its name and not its types, so that all of a name have one key. With `withBody` also what its body names: the
 * server looks for that when the function is made, and nothing holds it there if it is a text.
 */
export function functionTouches(made: SqlFunction | QualifiedName, withBody: boolean): Touches {
  const own = key('function', { schema: made.schema, name: made.name });
  if (!('definition' in made)) return { provides: [own] };
  const text = `${made.arguments} ${withTexts(made.definition.text, withBody)}`;
  const isHeld = !hasTextBody(made);
  const kinds = isHeld ? mentionedKinds.filter((kind) => kind !== 'columns') : mentionedKinds;
  return {
    provides: [own],
    requires: [
      ...mentionedKeys(text, made.schema, kinds, namesOfArguments(made, text)).filter(
        (each) => each !== own && each !== key('function', { schema: null, name: made.name }),
      ),
      ...(isHeld ? mentionedColumns(text, made.schema) : []),
      ...(made.schema === null ? [] : [key('schema', { schema: null, name: made.schema })]),
    ],
  };
}

/** The names that mean an argument: those that don't stand where only a table or type can, and that are no argument's type. */
function namesOfArguments(made: SqlFunction, text: string): ReadonlySet<string> {
  const { arguments: given } = parseSignature('sqlFunction', `f(${made.arguments})`);
  const names = given.flatMap(({ name }) => {
    if (name === null || given.some(({ type }) => type.replace(/(?:\[\])*$/, '') === name)) return [];
    const isTable = new RegExp(
      String.raw`\b(?:from|join|into|update|only|table|returns|setof)\s+"?${name.replace(/[^\w]/g, '\\$&')}\b`,
      'i',
    ).test(text);
    return isTable ? [] : [name];
  });
  return new Set(names);
}

/** A body that is no text holds the columns that it reads, one by one: each name may be a column of each. */
function mentionedColumns(text: string, schema: string | null): readonly string[] {
  const names = mentionedNames(text);
  const columns = new Set(names.map(({ name }) => name));
  return names.flatMap((table) => {
    const places = table.schema === null && schema !== null ? [table, { ...table, schema }] : [table];
    return places.flatMap((place) => [...columns].map((column) => key('column', place, column)));
  });
}

/** Whether the body is a text that the server may leave unread; one that begins with BEGIN ATOMIC or RETURN is read at once. */
export function hasTextBody({ definition }: SqlFunction): boolean {
  const tokens = significant(tokensOf(definition.text));
  return tokens.some(({ kind, text }, i) => {
    const next = tokens[i + 1];
    return kind === 'word' && /^as$/i.test(text) && next?.kind === 'text';
  });
}

/** The words of a definition, with those in its texts, or without. */
function withTexts(sql: string, wanted: boolean): string {
  return tokensOf(sql)
    .map(({ kind, text }) => (kind === 'text' ? (wanted ? ` ${contentOf(text)} ` : "''") : text))
    .join('');
}

function contentOf(text: string): string {
  return text.startsWith('$')
    ? text.replace(/^\$[^$]*\$|\$[^$]*\$$/g, '')
    : text.replace(/^[eE]?'|'$/g, '').replaceAll("''", "'");
}

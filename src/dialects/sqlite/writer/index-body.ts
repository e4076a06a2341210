import type { Index, IndexElement } from '../../../schema/table-index.ts';
import { enclosed } from './enclosed.ts';
import { quote } from './names.ts';

/** `("a" COLLATE "NOCASE" DESC, lower("b")) WHERE …`. Where NULLs stand in an index can't be chosen here. */
export function indexBody(index: Index): string {
  const where = index.where === null ? '' : ` WHERE ${index.where.text}`;
  return `(${index.elements.map(elementSql).join(', ')})${where}`;
}

function elementSql({ column, expression, collation, order }: IndexElement): string {
  const text = expression?.text ?? '';
  const bare = collation === null && !text.includes('--');
  const what = column === null ? (bare ? text : enclosed(text)) : quote(column);
  return `${what}${collation === null ? '' : ` COLLATE ${quote(collation)}`}${order === null ? '' : ` ${order}`}`;
}

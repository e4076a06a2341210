import type { DraftTable, Maker } from './draft.ts';

const words =
  'user city zone post item file tag price stock event code email label level note owner phone score shape size state task team title part kind color grp ordr rnk'.split(
    ' ',
  );
export const endings: readonly string[] = ['', '', '_id', '_at', '_no', '_x'];

/** What names may hold, though nobody would hope so. */
const hostile: readonly ((word: string) => string)[] = [
  (word) => `${word}"q`,
  (word) => `${word}'s`,
  (word) => `\`${word}\``,
  (word) => `\${${word}}`,
  (word) => `${word} ${word}`,
  (word) => `${word}\nnew\tline`,
  (word) => `${word}; drop table ${word}; --`,
  (word) => `${word}%s%%`,
  (word) => `${word}\\n`,
  (word) => `[${word}]`,
  (word) => `${word}.${word}`,
  (word) => `:${word}`,
  (word) => `${word}/*`,
  (word) => `é${word}ß`,
  (word) => `表${word}🎉`,
  (word) => `1${word}`,
  (word) => `$1${word}`,
  (word) => `${word[0]?.toUpperCase()}${word.slice(1)}`,
  (word) => word.padEnd(63, '_long'),
  () => 'order',
  () => 'select',
  () => 'group',
  () => 'table',
  () => 'check',
  () => 'default',
];

/** A name that isn't taken in its space; SQLite doesn't tell cases apart. */
export function freshName(maker: Maker, taken: readonly string[], make: (word: string) => string): string {
  const { random } = maker;
  const used = new Set(taken.map((name) => name.toLowerCase()));
  for (;;) {
    const plain = make(random.pick(words));
    const isHostile = maker.wants('hostileName', 0.06);
    const name = isHostile ? random.pick(hostile)(plain) : plain;
    if (!used.has(name.toLowerCase())) return name;
  }
}

/** A name for a constraint or an index. */
export function objectName(maker: Maker, prefix: string, table: DraftTable): string {
  const name = `${prefix}_${table.name}_${maker.next()}`;
  // PostgreSQL cuts names at 63 bytes.
  return Buffer.byteLength(name) <= 60 ? name : `${prefix}_${maker.next()}`;
}

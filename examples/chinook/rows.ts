import type { Operations } from 'alembic-ts';

type Row = Record<string, string | number | null>;

/** Rows for every table of the first models: a few thousand, the same at each run. */
export function storeRows(): ReadonlyMap<string, readonly Row[]> {
  const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
  const pick = <T>(items: readonly T[], i: number): T => items[i % items.length] as T;
  const countries = ['Norway', 'Brazil', 'Czechia', "Côte d'Ivoire", 'Japan', 'Canada'];
  const day = (i: number): string =>
    new Date(Date.UTC(2025, 0, 1 + (i % 365), i % 24)).toISOString().slice(0, 19).replace('T', ' ');
  return new Map<string, readonly Row[]>([
    [
      'artist',
      range(120).map((id) => ({
        artist_id: id,
        name: `Artist ${id}${id % 7 === 0 ? " & the O'Connors" : ''}`,
      })),
    ],
    ['album', range(240).map((id) => ({ album_id: id, title: `Album "${id}"`, artist_id: 1 + (id % 120) }))],
    ['genre', range(12).map((id) => ({ genre_id: id, name: `Genre ${id}` }))],
    ['media_type', range(4).map((id) => ({ media_type_id: id, name: `Medium ${id}` }))],
    [
      'track',
      range(2400).map((id) => ({
        track_id: id,
        name: `Track ${id} — ünïcode`,
        album_id: id % 50 === 0 ? null : 1 + (id % 240),
        media_type_id: 1 + (id % 4),
        genre_id: 1 + (id % 12),
        composer: id % 3 === 0 ? null : `Composer ${id % 40}`,
        milliseconds: 90_000 + id * 17,
        bytes: id * 1024,
        unit_price: id % 10 === 0 ? 1.99 : 0.99,
      })),
    ],
    ['playlist', range(18).map((id) => ({ playlist_id: id, name: `Playlist ${id}` }))],
    [
      'playlist_track',
      range(900).map((id) => ({ playlist_id: 1 + (id % 18), track_id: 1 + ((id * 7) % 2400) })),
    ],
    [
      'employee',
      range(8).map((id) => ({
        employee_id: id,
        last_name: `Last ${id}`,
        first_name: `First ${id}`,
        title: id === 1 ? 'General Manager' : 'Sales',
        reports_to: id === 1 ? null : 1 + ((id - 1) >> 1),
        hire_date: day(id * 31),
        email: `e${id}@chinook.example`,
      })),
    ],
    [
      'customer',
      range(60).map((id) => ({
        customer_id: id,
        first_name: `First ${id}`,
        last_name: `Last ${id}`,
        country: pick(countries, id),
        phone: `+47 555 ${1000 + id}`,
        email: `c${id}@example.org`,
        support_rep_id: 1 + (id % 8),
      })),
    ],
    [
      'invoice',
      range(420).map((id) => ({
        invoice_id: id,
        customer_id: 1 + (id % 60),
        invoice_date: day(id),
        billing_country: pick(countries, id),
        total: (id % 25) + 0.98,
      })),
    ],
    [
      'invoice_line',
      range(1260).map((id) => ({
        invoice_line_id: id,
        invoice_id: 1 + (id % 420),
        track_id: 1 + ((id * 13) % 2400),
        unit_price: 0.99,
        quantity: 1 + (id % 3),
      })),
    ],
  ]);
}

/** Loads the rows over the application's own migration connection; gives back how many there are. */
export async function loadRows(op: Operations): Promise<number> {
  let count = 0;
  for (const [table, rows] of storeRows()) {
    await op.bulkInsert(table, rows);
    count += rows.length;
  }
  return count;
}

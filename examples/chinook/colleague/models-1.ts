import {
  check,
  column,
  dateTime,
  foreignKey,
  index,
  integer,
  MetaData,
  numeric,
  primaryKey,
  sql,
  string,
  table,
} from 'alembic-ts/schema';

// The Chinook music store: who made what, who bought it, and who sold it.

export const artists = table('artist', [
  column('artist_id', integer(), { primaryKey: true }),
  column('name', string(120), { nullable: false }),
]);

export const albums = table('album', [
  column('album_id', integer(), { primaryKey: true }),
  column('title', string(160), { nullable: false }),
  column('artist_id', integer(), { nullable: false, index: true, references: 'artist.artist_id' }),
]);

export const genres = table('genre', [
  column('genre_id', integer(), { primaryKey: true }),
  column('name', string(120), { nullable: false, unique: true }),
]);

export const mediaTypes = table('media_type', [
  column('media_type_id', integer(), { primaryKey: true }),
  column('name', string(120), { nullable: false }),
]);

export const tracks = table('track', [
  column('track_id', integer(), { primaryKey: true }),
  column('name', string(200), { nullable: false }),
  column('album_id', integer(), {
    index: true,
    references: { column: 'album.album_id', onDelete: 'cascade' },
  }),
  column('media_type_id', integer(), { nullable: false, references: 'media_type.media_type_id' }),
  column('genre_id', integer(), { index: true, references: 'genre.genre_id' }),
  column('composer', string(220)),
  column('milliseconds', integer(), { nullable: false }),
  column('bytes', integer()),
  column('isrc', string(12)), // the colleague's first change
  column('unit_price', numeric(10, 2), { nullable: false, serverDefault: sql`0.99` }),
  check(sql`milliseconds > 0`, { name: 'length' }),
]);

export const playlists = table('playlist', [
  column('playlist_id', integer(), { primaryKey: true }),
  column('name', string(120)),
]);

export const playlistTracks = table('playlist_track', [
  column('playlist_id', integer(), { nullable: false }),
  column('track_id', integer(), { nullable: false, index: true }),
  primaryKey(['playlist_id', 'track_id']),
  foreignKey(['playlist_id'], 'playlist', ['playlist_id'], { onDelete: 'cascade' }),
  foreignKey(['track_id'], 'track', ['track_id'], { onDelete: 'cascade' }),
]);

export const employees = table('employee', [
  column('employee_id', integer(), { primaryKey: true }),
  column('last_name', string(20), { nullable: false }),
  column('first_name', string(20), { nullable: false }),
  column('title', string(30)),
  column('reports_to', integer(), { references: 'employee.employee_id' }),
  column('hire_date', dateTime()),
  column('email', string(60)),
]);

export const customers = table('customer', [
  column('customer_id', integer(), { primaryKey: true }),
  column('first_name', string(40), { nullable: false }),
  column('last_name', string(20), { nullable: false }),
  column('country', string(40)),
  column('phone', string(24)),
  column('email', string(60), { nullable: false }),
  column('support_rep_id', integer(), { index: true, references: 'employee.employee_id' }),
]);

export const invoices = table('invoice', [
  column('invoice_id', integer(), { primaryKey: true }),
  column('customer_id', integer(), { nullable: false, references: 'customer.customer_id' }),
  column('invoice_date', dateTime(), { nullable: false, serverDefault: sql`CURRENT_TIMESTAMP` }),
  column('billing_country', string(40)),
  column('total', numeric(10, 2), { nullable: false }),
  index('ix_invoice_customer_date', ['customer_id', { column: 'invoice_date', order: 'DESC' }]),
]);

export const invoiceLines = table('invoice_line', [
  column('invoice_line_id', integer(), { primaryKey: true }),
  column('invoice_id', integer(), {
    nullable: false,
    index: true,
    references: { column: 'invoice.invoice_id', onDelete: 'cascade' },
  }),
  column('track_id', integer(), { nullable: false, index: true, references: 'track.track_id' }),
  column('unit_price', numeric(10, 2), { nullable: false }),
  column('quantity', integer(), { nullable: false, serverDefault: 1 }),
]);

export const namingConvention = {
  pk: 'pk_%(table_name)s',
  fk: 'fk_%(table_name)s_%(column_0_name)s',
  uq: 'uq_%(table_name)s_%(column_0_N_name)s',
  ck: 'ck_%(table_name)s_%(constraint_name)s',
  ix: 'ix_%(table_name)s_%(column_0_N_name)s',
};

export const metadata = new MetaData(
  [
    artists,
    albums,
    genres,
    mediaTypes,
    tracks,
    playlists,
    playlistTracks,
    employees,
    customers,
    invoices,
    invoiceLines,
  ],
  { namingConvention },
);

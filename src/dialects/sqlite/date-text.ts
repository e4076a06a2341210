/** A moment as SQLAlchemy stores it, `2026-11-22 09:30:00.000000` in UTC. SQLite compares dates as text, so there is one form wherever one is written. */
export function dateText(date: Date): string {
  return date.toISOString().replace('T', ' ').replace('Z', '000');
}

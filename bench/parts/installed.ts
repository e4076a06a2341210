import type { Lab } from '../support/lab.ts';
import type { Table } from '../support/print-table.ts';

/** What a user gets who installs the package, its dependencies included. */
export async function installed({ installed: { packages, bytes } }: Lab): Promise<Table> {
  return {
    title: `Installed: ${packages.join(', ')}`,
    rows: [
      { '': 'packages', measured: packages.length, target: '≤ 3' },
      { '': 'size', measured: `${(bytes / 1e6).toFixed(2)} MB`, target: '≤ 6 MB' },
    ],
  };
}

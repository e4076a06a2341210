import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import type { ProvidedDatabases } from './global-setup.ts';

/** The tests of one kind of database, by the label `[kind]` in their names. */
export interface DatabaseCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** `.tmp/report/databases.json`: what ran where. `.ci/run` reads it and refuses a database that was skipped. */
export interface DatabaseReport {
  /** the servers that answered: kind → version */
  readonly servers: Readonly<Record<string, string>>;
  readonly databases: Readonly<Record<string, DatabaseCount>>;
  readonly tests: DatabaseCount;
  /** full names of the tests that didn't run */
  readonly skipped: readonly string[];
}

/** The path of the report, below the root of the repository. */
export const databaseReportFile = '.tmp/report/databases.json';

/** Counts the tests of each database, prints the counts and writes the report. */
export class DatabaseReporter implements Reporter {
  #provided: ProvidedDatabases | undefined;
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    this.#provided = this.#vitest?.getRootProject().getProvidedContext().databases;
    const servers = Object.entries(this.#provided?.servers ?? {}).map(([kind, server]) => [
      kind,
      server.version,
    ]);
    const databases: Record<string, Record<keyof DatabaseCount, number>> = {
      sqlite: none(),
      postgresql: none(),
      'postgresql-server': none(),
      'postgres.js': none(),
      pglite: none(),
      'mariadb-server': none(),
    };
    const tests = none();
    const skipped: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'pending') continue;
        tests[state]++;
        if (state === 'skipped') skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
        for (const [kind, count] of Object.entries(databases)) {
          if (test.fullName.includes(`[${kind}]`)) count[state]++;
        }
      }
    }
    const report: DatabaseReport = { servers: Object.fromEntries(servers), databases, tests, skipped };
    mkdirSync('.tmp/report', { recursive: true });
    writeFileSync(databaseReportFile, JSON.stringify(report, undefined, 2));
    console.log(
      `\n Databases${Object.entries(databases)
        .map(([kind, count]) => line(kind, count, report))
        .join('')}`,
    );
  }
}

function line(kind: string, { passed, failed, skipped }: DatabaseCount, report: DatabaseReport): string {
  const version = report.servers[kind];
  const where = kind.endsWith('-server') ? (version === undefined ? ' (none answers)' : ` ${version}`) : '';
  const parts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`];
  return `\n   ${kind}${where}: ${parts.filter(Boolean).join(', ')}`;
}

function none(): Record<keyof DatabaseCount, number> {
  return { passed: 0, failed: 0, skipped: 0 };
}

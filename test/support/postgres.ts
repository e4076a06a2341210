import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A PostgreSQL server that starts when it is wanted. */
export interface PostgresLaunch {
  /** Give it to {@link postgresUrl}, in any process. */
  readonly stateFile: string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** A running PostgreSQL server whose data goes when it stops. */
export interface PostgresServer extends AsyncDisposable {
  /** `postgresql://postgres@127.0.0.1:<port>/postgres`; no password is asked */
  readonly url: string;
  stop(): Promise<void>;
}

/** Makes the PostgreSQL from npm ready to start; it does so when its URL is asked for the first time. */
export function launchPostgres(): PostgresLaunch {
  const directory = mkdtempSync(join(tmpdir(), 'alembic-postgres-'));
  const script = fileURLToPath(new URL('./postgres-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, directory], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  // It ends when its input does, so it need not keep us alive.
  child.unref();
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.ref();
    child.stdin.end();
    await gone;
  };
  return { stateFile: join(directory, 'state.json'), stop };
}

/**
 * The URL of the server behind a state file, as soon as it answers: a second after the first call, at once later.
 * Throws when it didn't come up in a minute.
 */
export async function postgresUrl(stateFile: string): Promise<string> {
  if (!existsSync(stateFile)) writeFileSync(join(dirname(stateFile), 'wanted'), '');
  for (const giveUp = Date.now() + 60_000; Date.now() < giveUp; await sleep(20)) {
    if (!existsSync(stateFile)) continue;
    const state = JSON.parse(readFileSync(stateFile, 'utf8')) as { url?: string; error?: string };
    if (state.url !== undefined) return state.url;
    throw new Error(`The PostgreSQL from npm didn't start: ${state.error}`);
  }
  throw new Error("The PostgreSQL from npm didn't start within a minute.");
}

/** Starts the PostgreSQL from npm. Works as root too, and where npm ran no install scripts. */
export async function startPostgres(): Promise<PostgresServer> {
  const launch = launchPostgres();
  try {
    const url = await postgresUrl(launch.stateFile);
    return { url, stop: launch.stop, [Symbol.asyncDispose]: launch.stop };
  } catch (error) {
    await launch.stop();
    throw error;
  }
}

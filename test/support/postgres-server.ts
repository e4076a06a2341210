// A process of its own that keeps one PostgreSQL server for whoever started it: `node postgres-server.ts <directory>`.
// As soon as somebody wants it, by a file `wanted` in the directory, it starts the server there and writes `state.json`
// beside it, `{ url }` or `{ error }`. When its standard input ends, because its
// parent closed it or died, it stops the server and removes the directory. So nothing is left behind, even by a kill.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';

const directory = process.argv[2] ?? '';
const data = join(directory, 'data');
// The user's own PG… variables would point it elsewhere.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name)));
const settings = [
  ['listen_addresses', '127.0.0.1'],
  ['unix_socket_directories', ''],
  ['fsync', 'off'],
  ['synchronous_commit', 'off'],
  ['full_page_writes', 'off'],
  ['wal_level', 'minimal'],
  ['max_wal_senders', '0'],
  ['shared_buffers', '64MB'],
  ['max_connections', '120'],
  ['max_locks_per_transaction', '256'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

let server: ChildProcess | undefined;
let ended = false;
process.stdin.resume();
process.stdin.on('end', end).on('error', end).on('close', end);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

while (!existsSync(join(directory, 'wanted'))) await sleep(20);
try {
  writeState({ url: await start() });
} catch (error) {
  if (!ended) writeState({ error: (error as Error).message });
}

async function start(): Promise<string> {
  chmodSync(directory, 0o755);
  const binaries = postgresBinaries(directory);
  mkdirSync(data, { mode: 0o700 });
  const { owner } = binaries;
  if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
  const major = Number(
    /\d+/.exec(spawnSync(binaries.initdb, ['--version'], { encoding: 'utf8' }).stdout)?.[0],
  );
  const created = spawnSync(
    binaries.initdb,
    ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-sync', '--no-locale']
      // Upper and lower case of every letter, and an order that is the same on every machine.
      .concat(major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    { cwd: directory, env, encoding: 'utf8', ...owner },
  );
  if (created.status !== 0) throw new Error(`initdb failed: ${created.error?.message ?? created.stderr}`);
  const access = join(data, 'pg_hba.conf');
  // nobody needs a password but roles of these names, with which passwords are tested
  writeFileSync(access, `host all /^scram_ all scram-sha-256\n${readFileSync(access, 'utf8')}`);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const failure = await listen(binaries, port);
    if (failure === undefined) return `postgresql://postgres@127.0.0.1:${port}/postgres`;
    // Somebody else took the port in between.
    if (attempt === 5 || !/address already in use/i.test(failure))
      throw new Error(`postgres failed: ${failure}`);
  }
}

/** Starts the server; resolves when it answers, or to what it said when it didn't come up. */
async function listen({ postgres, owner }: PostgresBinaries, port: number): Promise<string | undefined> {
  const child = spawn(postgres, ['-D', data, '-p', String(port), ...settings], {
    cwd: directory,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...owner,
  });
  server = child;
  let said = '';
  const ready = new Promise<undefined>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 20_000) said += text;
      if (said.includes('ready to accept connections')) resolve(undefined);
    });
  });
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message)).once('exit', () => resolve(said));
  });
  return Promise.race([ready, failed]);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function writeState(state: { readonly url: string } | { readonly error: string }): void {
  const file = join(directory, 'state.json');
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

async function end(): Promise<void> {
  if (ended) return;
  ended = true;
  if (server !== undefined && server.exitCode === null && server.signalCode === null) {
    const gone = once(server, 'exit');
    server.kill('SIGINT'); // disconnects everybody and shuts down
    const late = setTimeout(() => server?.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

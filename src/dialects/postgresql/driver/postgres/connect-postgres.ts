import { readFileSync } from 'node:fs';
import { env } from 'node:process';
import { postgresql } from '../../dialect.ts';
import { PostgresqlConnection } from '../connection.ts';
import { connectError } from '../database-error.ts';
import { defaultConnectTimeout, type OpenRequest } from '../engine-options.ts';
import { fromPool } from '../from-pool.ts';
import { type Notice, noticeText } from '../notice-text.ts';
import type { PostgresModule, PostgresQueries, PostgresReserved, PostgresSql } from './postgres.ts';
import { PostgresSession } from './postgres-session.ts';

/** A connection of its own: a pool of one. */
export async function openSql(module: unknown, request: OpenRequest): Promise<PostgresqlConnection> {
  const { display } = request;
  const notices: string[] = [];
  let sql: PostgresSql | undefined;
  try {
    sql = (module as PostgresModule)({
      ...sqlOptions(request),
      onnotice: (notice: Notice) => notices.push(noticeText(notice)),
    });
    const pool = sql;
    const reserved = await pool.reserve();
    const session = new PostgresSession(
      reserved,
      async (broken) => {
        if (!broken) reserved.release();
        await pool.end({ timeout: 5 });
      },
      notices,
    );
    await session.start();
    return new PostgresqlConnection(postgresql, display, session);
  } catch (error) {
    await sql?.end({ timeout: 0 });
    throw connectError(error, display);
  }
}

/** A connection that a user's `Sql` reserves, and that is released when ours is closed. */
export async function reserveFrom(
  sql: PostgresSql,
  display: string,
  timeout: number,
): Promise<PostgresqlConnection> {
  const reserved = await reserve(sql, display, timeout);
  const giveBack = async (broken: boolean): Promise<void> => {
    // one that broke off is the pool's again already
    if (broken) return;
    if (session.inTransaction) await session.run('ROLLBACK', []).catch(() => {});
    reserved.release();
  };
  const session = new PostgresSession(reserved, giveBack);
  return started(session, display);
}

/** A connection that the user reserved, and keeps. */
export function useReserved(reserved: PostgresQueries, display: string): Promise<PostgresqlConnection> {
  return started(new PostgresSession(reserved, () => {}), display);
}

async function started(session: PostgresSession, display: string): Promise<PostgresqlConnection> {
  try {
    await session.start();
  } catch (error) {
    await session.close();
    throw connectError(error, display);
  }
  return new PostgresqlConnection(postgresql, display, session);
}

async function reserve(sql: PostgresSql, display: string, timeout: number): Promise<PostgresReserved> {
  try {
    const giveBack = (reserved: PostgresReserved): void => reserved.release();
    return await fromPool({ taken: sql.reserve(), giveBack, display, timeout });
  } catch (error) {
    throw connectError(error, display);
  }
}

/** The parameters of a URL mean what postgres.js makes of them in a URL, and files of certificates what they mean to `pg`. */
function sqlOptions({ target, options }: OpenRequest): object {
  const { host, port, database, user, password, parameters = {} } = target;
  const {
    connect_timeout: seconds,
    sslmode,
    sslrootcert,
    sslcert,
    sslkey,
    sslnegotiation,
    target_session_attrs,
    ...connection
  } = parameters;
  const at = port ?? Number(env.PGPORT || 5432);
  const ssl = sslOf(sslmode, { ca: sslrootcert, cert: sslcert, key: sslkey });
  return {
    // as it is: in a text, a colon or a comma would part it
    ...(host && (host.startsWith('/') ? { path: `${host}/.s.PGSQL.${at}` } : { host: [host], port: [at] })),
    ...(!host && port && { port }),
    ...(database !== undefined && { database }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(ssl !== undefined && { ssl }),
    ...(sslnegotiation && { sslnegotiation }),
    ...(target_session_attrs && { target_session_attrs }),
    connection,
    connect_timeout:
      seconds === undefined ? (options.connectTimeout ?? defaultConnectTimeout) / 1000 : Number(seconds),
    max: 1,
    // a pooler may give each transaction another session, which doesn't know the statement
    prepare: false,
    idle_timeout: null,
    max_lifetime: null,
  };
}

function sslOf(mode: string | undefined, files: { readonly [name: string]: string | undefined }): unknown {
  if (mode === 'disable') return false;
  const named = Object.entries(files).filter(
    (file): file is [string, string] => file[1] !== undefined && file[1] !== 'system',
  );
  if (named.length === 0) return files.ca === 'system' ? 'verify-full' : mode;
  return {
    ...Object.fromEntries(named.map(([name, file]) => [name, readFileSync(file, 'utf8')])),
    rejectUnauthorized: mode === 'verify-full' || mode === 'verify-ca' || files.ca !== undefined,
    ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}

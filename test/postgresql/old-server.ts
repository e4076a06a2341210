import type { Server } from 'node:net';
import { errorResponse, listen } from './connecting.ts';

/** A server that says it is of another version: so much of the protocol as comes before that is seen. */
export interface OldServer extends AsyncDisposable {
  readonly url: string;
  /** the scripts that were sent to it */
  readonly asked: readonly string[];
}

/** `version` is a `server_version_num`. It has no table, gives every lock, and takes nothing else. */
export async function oldServer(version: string): Promise<OldServer> {
  const asked: string[] = [];
  const server: Server = await listen((chunk, reply) => {
    if (chunk[0] !== 0x51) {
      // start-up: AuthenticationOk
      if (chunk[0] === 0) reply(Buffer.concat([message('R', Buffer.alloc(4)), ready('I')]));
      return;
    }
    const script = chunk.subarray(5, -1).toString();
    asked.push(script);
    if (/server_version_num/.test(script)) {
      reply(Buffer.concat([row({ locked: 't', version }), ready(/^BEGIN/.test(script) ? 'T' : 'I')]));
    } else if (/current_schema/.test(script)) {
      reply(Buffer.concat([row({ schema: 'public' }), ready('I')]));
    } else if (/^(ROLLBACK|SELECT 1)?$/.test(script)) {
      reply(Buffer.concat([message('C', text(script)), ready('I')]));
    } else {
      reply(Buffer.concat([errorResponse('42P01', 'no such relation'), ready('I')]));
    }
  });
  const { port } = server.address() as { port: number };
  return {
    url: `postgresql://me:secret@127.0.0.1:${port}/app`,
    asked,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

function row(values: Readonly<Record<string, string>>): Buffer {
  const names = Object.keys(values);
  const count = Buffer.of(0, names.length);
  // table, column, type (text), size, modifier, format
  const field = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]);
  const bool = Buffer.from(field);
  bool[9] = 16;
  const fields = names.map((name) => Buffer.concat([text(name), name === 'locked' ? bool : field]));
  const cells = Object.values(values).map((value) =>
    Buffer.concat([Buffer.of(0, 0, 0, value.length), Buffer.from(value)]),
  );
  return Buffer.concat([
    message('T', Buffer.concat([count, ...fields])),
    message('D', Buffer.concat([count, ...cells])),
    message('C', text('SELECT 1')),
  ]);
}

function ready(status: 'I' | 'T'): Buffer {
  return message('Z', Buffer.from(status));
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

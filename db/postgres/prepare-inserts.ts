import { createHash } from 'node:crypto';
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { nameOutage } from './is-outage.ts';

/** Texts that vary without end, such as lists of any length, must not fill the server's memory. */
const mostPrepared = 200;
const longestText = 4_000;

const names = new Map<string, string>();

/**
 * A pool whose connections let the server keep the plans of inserts. Planning a row with its run and
 * outbox line takes as long as writing them; selects are planned anew, since their best plan varies.
 */
export function prepareInserts(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PreparingClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect().catch(nameOutage);
      const known = clients.get(client) ?? new PreparingClient(client);
      clients.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}

class PreparingClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly processID?: number;

  constructor(client: pg.PoolClient) {
    this.#client = client;
    const pid: unknown = Reflect.get(client, 'processID');
    if (typeof pid === 'number') this.processID = pid;
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(text: string | PostgresCursor<R>, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string')
      throw new Error('read large results in batches: no cursor is here');
    const name = nameOf(text);
    const prepared = { ...(name !== undefined && { name }), text, values: [...values] };
    return this.#client.query(prepared).catch(nameOutage);
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy);
  }
}

/** The name under which the server keeps the plan; undefined for what it should not keep. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined) return known;
  const isInsert = /^(insert|with "\w+" as \(insert|\/\* insert \*\/) /.test(text);
  if (!isInsert || text.length > longestText || names.size >= mostPrepared) return undefined;
  const name = `insert_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  names.set(text, name);
  return name;
}

import { after } from 'node:test';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { freshDatabase } from '../testing/fresh-database.ts';
import { freshRedis } from '../testing/fresh-redis.ts';
import { testBusOutages } from './bus-outages.suite.ts';
import type { BusUnderTest } from './bus-under-test.ts';
import { testBus } from './bus.suite.ts';

const [database, otherDatabase] = [await freshDatabase(), await freshDatabase()];
after(() => Promise.all([database.drop(), otherDatabase.drop()]));

const postgres: BusUnderTest = {
  serverUrl: database.url,
  otherUrl: otherDatabase.url,
  optionsFor: (databaseUrl) => ({ databaseUrl, redisUrl: undefined }),
  async cutListeners() {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'lectern bus listener'`,
    );
    await client.end();
    return rowCount ?? 0;
  },
};

const [redisUrl, otherRedisUrl] = [await freshRedis(), await freshRedis()];

const redis: BusUnderTest = {
  serverUrl: redisUrl,
  otherUrl: otherRedisUrl,
  optionsFor: (url) => ({ databaseUrl: 'postgres://127.0.0.1:1/unused', redisUrl: url }),
  async cutListeners() {
    const client = new Redis(redisUrl);
    const count = Number(await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
    await client.quit();
    return count;
  },
};

for (const [name, subject] of Object.entries({ PostgreSQL: postgres, Redis: redis })) {
  testBus(`the bus on ${name}`, subject);
  testBusOutages(`the bus on ${name}`, subject);
}

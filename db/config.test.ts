import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

const folder = await mkdtemp(join(tmpdir(), 'lectern-config-'));
after(() => rm(folder, { recursive: true, force: true }));

const read = (env: Record<string, string>) => readConfig(env, null);
const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env, null);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

test('without any setting there is a default for each, or nothing', () => {
  const config = read({});
  assert.equal(config.port, 3_000);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.databaseUrl, undefined);
  assert.equal(config.objectsUrl, undefined);
  assert.equal(config.trustProxy, false);
  assert.deepEqual(config.corsOrigins, []);
  assert.equal(config.maxUploadBytes, 4_000_000_000);
  assert.equal(config.logLevel, 'info');
  assert.ok(isAbsolute(config.dataDir) && config.dataDir.endsWith('/data'));
});

test('each kind of value is read', () => {
  const config = read({
    PORT: ' 8080 ',
    DATABASE_URL: 'postgres://db/lectern',
    CORS_ORIGINS: 'https://a.example, https://b.example,',
    LECTERN_MAX_UPLOAD: '500 mb',
    LECTERN_LOG_LEVEL: 'debug',
    DATA_DIR: folder,
  });
  assert.equal(config.port, 8_080);
  assert.equal(config.databaseUrl, 'postgres://db/lectern');
  assert.deepEqual(config.corsOrigins, ['https://a.example', 'https://b.example']);
  assert.equal(config.maxUploadBytes, 500_000_000);
  assert.equal(config.logLevel, 'debug');
  assert.equal(config.dataDir, folder);
  assert.equal(read({ TRUST_PROXY: '2' }).trustProxy, 2);
  assert.deepEqual(read({ TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy, ['10.0.0.0/8', '::1']);
});

test('an empty value is no value', () => {
  const config = read({ PORT: '', DATABASE_URL: '  ' });
  assert.equal(config.port, 3_000);
  assert.equal(config.databaseUrl, undefined);
});

test('the .env file is read, and the environment is stronger', async () => {
  const file = join(folder, '.env');
  await writeFile(file, '# a comment\nPORT=4000\nHOST="0.0.0.0"\nSOMETHING_ELSE=1\n');
  const config = readConfig({ PORT: '5000' }, file);
  assert.equal(config.port, 5_000);
  assert.equal(config.host, '0.0.0.0');
  assert.equal(readConfig({}, join(folder, 'no-such-file')).port, 3_000);
});

test('a fault in the .env file is refused like one in the environment', async () => {
  const file = join(folder, 'faulty.env');
  await writeFile(file, 'PORT=http\nLECTERN_MAXBODY=1MB\n');
  assert.throws(() => readConfig({}, file), /LECTERN_MAXBODY is not a setting.*\nPORT is "http"/);
});

test('an unknown name of ours is refused with the nearest one there is', () => {
  assert.deepEqual(faultsOf({ LECTERN_MAX_BODDY: '1MB' }), [
    'LECTERN_MAX_BODDY is not a setting. Write LECTERN_MAX_BODY instead.',
  ]);
  assert.deepEqual(faultsOf({ LECTERN_FLUX_CAPACITOR: 'on' }), [
    'LECTERN_FLUX_CAPACITOR is not a setting. Remove it; README.md lists the settings there are.',
  ]);
  assert.deepEqual(faultsOf({ PATH: '/bin', PORTS: '1' }), [], 'names of others are not ours');
});

for (const [name, bad, advice] of [
  ['PORT', '0', 'write a whole number from 1 to 65535.'],
  ['PORT', '65536', 'write a whole number from 1 to 65535.'],
  ['PORT', '80.5', 'write a whole number from 1 to 65535.'],
  ['PORT', '-1', 'write a whole number from 1 to 65535.'],
  ['PORT', '0x50', 'write a whole number from 1 to 65535.'],
  ['DATABASE_URL', 'mysql://db/lectern', 'write an address that begins with postgres://'],
  ['DATABASE_URL', 'localhost', 'write an address that begins with postgres://'],
  ['REDIS_URL', 'http://redis', 'write an address that begins with redis:// or rediss://.'],
  ['OBJECTS_URL', 'https://store/bucket', 'write an address that begins with s3://.'],
  ['PUBLIC_URL', 'ftp://here', 'write an address that begins with http:// or https://.'],
  ['LECTERN_MAX_UPLOAD', '4', 'write a number above 0 and its unit, such as 500MB or 4GB.'],
  ['LECTERN_MAX_UPLOAD', 'lots', 'write a number above 0 and its unit, such as 500MB or 4GB.'],
  ['LECTERN_LOG_LEVEL', 'loud', 'write one of trace, debug, info, warn, error, silent.'],
  ['LECTERN_MAX_BODY', '0B', 'write a number above 0 and its unit'],
  ['TRUST_PROXY', 'yes', 'write false, the number of proxies in front, or their addresses'],
  ['TRUST_PROXY', '1.2.3', 'write false, the number of proxies in front, or their addresses'],
  ['TRUST_PROXY', '10.0.0.0/33', 'write false, the number of proxies'],
  ['TRUST_PROXY', '10.0.0.0/0', 'write false, the number of proxies'],
  ['TRUST_PROXY', '::1/', 'write false, the number of proxies'],
  ['TRUST_PROXY', ',', 'write false, the number of proxies'],
  ['CORS_ORIGINS', 'example.org', 'example.org is not an origin: write scheme and host without'],
  ['CORS_ORIGINS', '*', '* is not an origin: write scheme and host'],
  ['CORS_ORIGINS', 'https://a.example,https://b.example/', 'https://b.example/ is not an origin'],
  ['CORS_ORIGINS', 'https://a.example/app', 'https://a.example/app is not an origin'],
] as const) {
  test(`${name}=${bad} is refused with what to write instead`, () => {
    const [fault, ...others] = faultsOf({ [name]: bad });
    assert.ok(fault?.startsWith(`${name} is "${bad}": ${advice}`), fault);
    assert.deepEqual(others, []);
  });
}

test('a refused address is told without the secret in it', () => {
  const [fault] = faultsOf({ DATABASE_URL: 'mysql://lectern:geheim@db/lectern' });
  assert.match(fault ?? '', /^DATABASE_URL .*write an address that begins with postgres:/);
  assert.ok(!fault?.includes('geheim'));
});

test('several faults are told together, one a line', () => {
  const env = { PORT: 'x', LECTERN_LOG_LEVEL: 'loud', LECTERN_NONSENSE_NAME: '1' };
  const names = faultsOf(env).map((fault) => fault.split(' ')[0]);
  assert.deepEqual(names, ['LECTERN_NONSENSE_NAME', 'PORT', 'LECTERN_LOG_LEVEL']);
  assert.throws(() => read(env), { name: 'ConfigError', message: /\n.*\n/ });
});

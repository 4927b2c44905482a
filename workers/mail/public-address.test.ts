import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicAddress } from './public-address.ts';

test('links begin with the public address, or with where the API can be reached here', () => {
  const publicUrl = 'https://lectern.example/courses/';
  const listening = { publicUrl: undefined, port: 3000 };
  const addresses = [
    [{ publicUrl, host: '0.0.0.0', port: 1 }, 'https://lectern.example/courses'],
    [{ ...listening, host: 'localhost' }, 'http://localhost:3000'],
    [{ ...listening, host: '0.0.0.0' }, 'http://127.0.0.1:3000'],
    [{ ...listening, host: '::' }, 'http://127.0.0.1:3000'],
    [{ ...listening, host: '::1' }, 'http://[::1]:3000'],
  ] as const;
  for (const [config, address] of addresses) assert.equal(publicAddress(config), address);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readS3Address } from './s3-address.ts';

test('an address names host, bucket, key and region', () => {
  assert.deepEqual(readS3Address('s3://key:se%2Fcr%2Bet@store:9000/files?region=eu-1&tls=false'), {
    bucket: 'files',
    region: 'eu-1',
    endpoint: 'http://store:9000',
    credentials: { accessKeyId: 'key', secretAccessKey: 'se/cr+et' },
  });
});

test('TLS is on and the region is the first one unless the address says otherwise', () => {
  const { endpoint, region } = readS3Address('s3://key:secret@store.example/files');
  assert.deepEqual([endpoint, region], ['https://store.example', 'us-east-1']);
});

test('an address without a host is a bucket of AWS, with or without a key', () => {
  const withKey = readS3Address('s3://key:secret@files.example?region=eu-west-1');
  assert.deepEqual(withKey, {
    bucket: 'files.example',
    region: 'eu-west-1',
    endpoint: undefined,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
  for (const url of ['s3://files?region=eu-west-1', 's3:///files?region=eu-west-1']) {
    const { bucket, endpoint, credentials } = readS3Address(url);
    assert.deepEqual([bucket, endpoint, credentials], ['files', undefined, undefined]);
  }
});

test('an address that names no bucket, or more than one, is refused', () => {
  for (const url of ['s3://', 's3://store:9000', 's3://store/a/b', 's3://key:secret@store:9000/']) {
    assert.throws(() => readS3Address(url), /does not name one bucket: write s3:\/\//);
  }
});

test('half a key and an unclear tls are refused', () => {
  assert.throws(() => readS3Address('s3://key@store/files'), /a key without a secret/);
  assert.throws(() => readS3Address('s3://a:b@store/files?tls=no'), /write tls=true or tls=false/);
});

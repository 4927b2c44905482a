import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cancel } from '@lectern/db/queue/outcomes';
import { explainFault, ServerAway } from './explain-fault.ts';

test('each way a connection fails has a code of its own, and only what may pass is tried again', () => {
  const url = new URL('https://files.example:8443/notes.pdf');
  const explained = [
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'ENETUNREACH',
    'Z_DATA_ERROR',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'EPROTO',
    'HPE_INVALID_CONSTANT',
  ].map((code) => {
    const fault = explainFault(Object.assign(new Error('inner words'), { code }), url);
    assert.ok(fault instanceof Cancel || fault instanceof ServerAway);
    assert.match(fault.message, /files\.example/);
    assert.doesNotMatch(fault.message, /inner words/);
    return [code, fault.code, fault instanceof ServerAway];
  });
  assert.deepEqual(explained, [
    ['ENOTFOUND', 'host_not_found', false],
    ['EAI_AGAIN', 'host_not_found', true],
    ['ECONNREFUSED', 'server_unreachable', true],
    ['ECONNRESET', 'server_unreachable', true],
    ['ETIMEDOUT', 'server_unreachable', true],
    ['ENETUNREACH', 'server_unreachable', true],
    ['Z_DATA_ERROR', 'server_unreachable', true],
    ['CERT_HAS_EXPIRED', 'certificate_invalid', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate_invalid', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_invalid', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate_invalid', false],
    ['EPROTO', 'not_a_web_server', false],
    ['HPE_INVALID_CONSTANT', 'not_a_web_server', false],
  ]);
});

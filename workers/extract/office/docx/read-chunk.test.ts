import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readChunk, textOfHtml } from './read-chunk.ts';

test('blocks of HTML are lines, cells are set apart, what is not shown is left out', () => {
  const html =
    '<HTML><head><title>no</title></head><style>p{}</style><!-- no --><h1>Tides</h1><p>up\n and <b>down</b><br>again</p>' +
    '<table><tr><td>a</td><td>b &amp; c</td></tr></table><script>no()</script >end';
  assert.equal(textOfHtml(html), 'Tides\nup and down\nagain\na\tb & c\nend');
});

test('HTML that never ends what it begins is gone through once', () => {
  const broken = `<p>there</p>${'<!--'.repeat(200_000)}${'<script'.repeat(200_000)}`;
  assert.equal(textOfHtml(broken), 'there');
});

test('a web archive is unpacked, and Rich Text is not taken for words', () => {
  const archive = [
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary="x"',
    '',
    '--x',
    'Content-Transfer-Encoding: quoted-printable',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>caf=C3=A9 and=',
    ' tea</p>',
    '--x--',
  ].join('\r\n');
  assert.equal(readChunk(Buffer.from(archive), 'word/a.mht'), 'café and tea');
  assert.equal(readChunk(Buffer.from('{\\rtf1 a}'), 'word/a.rtf'), '');
});

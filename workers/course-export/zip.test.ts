import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Graph } from '@lectern/db/graph/graph';
import type { Store } from '@lectern/db/open';
import { appendUpdates } from '@lectern/db/postgres/documents';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeEdge, makeNode } from '@lectern/db/testing/make-graph-doc';
import { addUpload } from '../testing/add-account.ts';
import { addGraph, exportCourse } from '../testing/course-files.ts';
import { readZip } from '../testing/read-zip.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

type Files = readonly (readonly [fileName: string, bytes: string])[];

/** A course with files, and what it says of them by their ids. */
async function addWithFiles(title: string, files: Files, say: (ids: readonly string[]) => Graph) {
  const course = await addGraph(store, { nodes: [], edges: [] }, title);
  const { courseId, userId } = course;
  const uploads = [];
  for (const [fileName, bytes] of files) {
    const upload = { courseId, ownerId: userId, fileName, bytes: Buffer.from(bytes) };
    uploads.push(await addUpload(store, upload));
  }
  const data = await store.documents.build(say(uploads.map(({ id }) => id)));
  await appendUpdates(store.postgres, courseId, [{ data, userId }]);
  return { ...course, uploads };
}

async function unpack(course: { courseId: string; userId: string }, format: 'html' | 'markdown') {
  const { bytes, run } = await exportCourse(store, course, format);
  assert.equal(run.state, 'done');
  const files = readZip(bytes);
  const read = (name: string) => files.get(name)?.toString() ?? assert.fail(`${name} is missing`);
  return { names: [...files.keys()], read };
}

const script = '<script>alert(1)</script>';
const link = (href: string, text = 'there') => ({
  type: 'paragraph',
  content: [{ type: 'text', text, marks: [{ type: 'link', attrs: { href } }] }],
});

test('a page for each node, in the order in which they are read, and every file', async () => {
  const files = [
    ['Луна.txt', 'The moon.'],
    ['sun.txt', 'The sun.'],
  ] as const;
  const course = await addWithFiles('Tides', files, ([moon]) => ({
    nodes: [
      makeNode('b', { title: 'Flow' }),
      makeNode('a', {
        title: 'Ebb',
        content: { type: 'doc', content: [link(`/v1/materials/${moon}/original`, 'the moon')] },
      }),
    ],
    edges: [makeEdge('a', 'b')],
  }));
  const { names, read } = await unpack(course, 'html');
  assert.deepEqual(names, [
    'index.html',
    'style.css',
    'pages/001.html',
    'pages/002.html',
    'files/Луна.txt',
    'files/sun.txt',
  ]);
  assert.match(read('pages/001.html'), /<title>Ebb · Tides<\/title>/);
  assert.ok(read('pages/001.html').includes('href="../files/%D0%9B%D1%83%D0%BD%D0%B0.txt"'));
  assert.ok(read('pages/001.html').includes('rel="next" href="002.html"'));
  assert.equal(read('files/Луна.txt'), 'The moon.');
});

test('nothing that somebody wrote is markup, and no page fetches anything from elsewhere', async () => {
  const graph = {
    nodes: [
      makeNode('a', {
        title: script,
        data: { text: script, summary: '"><img src=x onerror=alert(1)>' },
        content: {
          type: 'doc',
          content: [
            { type: 'paragraph', content: [{ type: 'text', text: script }] },
            link('javascript:alert(1)'),
            link('JaVaScRiPt:alert(1)'),
            link('data:text/html,<script>alert(1)</script>'),
            link('vbscript:x'),
            link('https://example.org/"onmouseover="alert(1)'),
            { type: 'image', attrs: { src: 'https://example.org/spy.gif', alt: script } },
            { type: 'image', attrs: { src: 'data:image/svg+xml,<svg onload=alert(1)>', alt: 'x' } },
            { type: 'codeBlock', content: [{ type: 'text', text: `</code></pre>${script}` }] },
            { type: 'script', content: [{ type: 'text', text: 'alert(1)' }] },
          ],
        },
      }),
      makeNode('q', { type: 'quiz', data: { questions: [{ text: script, answer: script }] } }),
      makeNode('t', { type: `"><script>`, title: 'T' }),
    ],
    edges: [],
  } satisfies Graph;
  const { names, read } = await unpack(await addGraph(store, graph, `</title>${script}`), 'html');
  const pages = names.filter((name) => name.endsWith('.html'));
  assert.equal(pages.length, 4);
  for (const name of pages) {
    const page = read(name);
    const tags = [...page.matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag);
    assert.ok(!tags.some((tag) => /^<(script|iframe|object|svg|img)/i.test(tag)), page);
    assert.ok(!tags.some((tag) => /\son\w+\s*=/i.test(tag.replaceAll(/"[^"]*"/g, '""'))), page);
    assert.ok(!tags.some((tag) => /(href|src)="\s*(javascript|data|vbscript):/i.test(tag)), page);
    const fetched = tags.filter((tag) => /^<(link|img|source|video)/.test(tag));
    assert.ok(
      fetched.every((tag) => !tag.includes('//')),
      fetched.join('\n'),
    );
  }
  assert.ok(read('pages/001.html').includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  assert.ok(!read('style.css').includes('//'), 'the style fetches nothing');
});

test('files of any name are unpacked beside each other and nowhere else', async () => {
  const files = [
    ['../../etc/passwd', '1'],
    ['..', '2'],
    ['con.txt', '3'],
    ['A.txt', '4'],
    ['a.txt', '5'],
    [`${'я'.repeat(240)}.txt`, '6'],
    ['tides\u202etxt.exe', '7'],
  ] as const;
  const course = await addWithFiles('T', files, () => ({ nodes: [], edges: [] }));
  for (const format of ['html', 'markdown'] as const) {
    const { names, read } = await unpack(course, format);
    const unpacked = names.filter((name) => name.startsWith('files/'));
    assert.equal(unpacked.length, files.length);
    for (const name of unpacked) {
      assert.match(name, /^files\/[^/\\:*?"<>|\p{Cc}\p{Cf}]+$/u);
      assert.ok(!/^files\/\.+$/.test(name) && Buffer.byteLength(name) <= 255, name);
    }
    assert.equal(new Set(unpacked.map((name) => name.toLowerCase())).size, files.length);
    assert.deepEqual(unpacked.map(read).sort(), files.map(([, bytes]) => bytes).sort());
  }
});

test('a file that is lost is named, and the rest is there', async () => {
  const files = [
    ['lost.txt', 'Gone.'],
    ['kept.txt', 'Here.'],
  ] as const;
  const course = await addWithFiles('T', files, () => ({ nodes: [], edges: [] }));
  await store.objects.remove(course.uploads[0]?.key ?? '');
  const { names, read } = await unpack(course, 'html');
  assert.deepEqual(
    names.filter((name) => name.startsWith('files/')),
    ['files/kept.txt', 'files/missing.txt'],
  );
  assert.equal(read('files/missing.txt'), 'These files could not be found:\nfiles/lost.txt\n');
});

test('an export whose course is deleted ends with words and leaves no file', async () => {
  const course = await addGraph(store, { nodes: [], edges: [] });
  await store.postgres
    .updateTable('courses')
    .set({ deleted_at: new Date() })
    .where('id', '=', course.courseId)
    .execute();
  const { run, key } = await exportCourse(store, course, 'html');
  assert.deepEqual([run.state, run.error?.code, key], ['cancelled', 'export_gone', undefined]);
  const left: string[] = [];
  for await (const object of store.objects.list('course-exports/')) {
    if (object.key.includes(course.userId)) left.push(object.key);
  }
  assert.deepEqual(left, []);
});

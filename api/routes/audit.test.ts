import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeAudit } from '@lectern/db/postgres/audit';
import { newId } from '@lectern/db/postgres/new-id';
import { freshApi, type TestApi } from '../testing/fresh-api.ts';

const [ada, eve, course, token] = [newId(), newId(), newId(), newId()];

/** Five entries that differ in everything, oldest first; the first is nobody's and about nothing. */
const entries = [
  { at: '2026-01-01', actor: null, action: 'program.start', subject: { type: 'house', id: null } },
  {
    at: '2026-01-02',
    actor: ada,
    action: 'course.create',
    subject: { type: 'course', id: course },
  },
  { at: '2026-01-03', actor: ada, action: 'token.create', subject: { type: 'token', id: token } },
  { at: '2026-01-04', actor: eve, action: 'member.set', subject: { type: 'course', id: course } },
  { at: '2026-01-05', actor: eve, action: 'token.create', subject: { type: 'token', id: newId() } },
] as const;

async function addEntries({ store }: TestApi) {
  for (const [i, { at, actor, action, subject }] of entries.entries()) {
    await store.postgres
      .insertInto('audit_log')
      .values({
        id: newId(),
        at: new Date(`${at}T12:00:00Z`),
        actor_id: actor,
        action,
        subject_type: subject.type,
        subject_id: subject.id,
        before: null,
        after: JSON.stringify({ number: i }),
        request_id: actor === null ? null : `request-${i}`,
        address: actor === ada ? '203.0.113.7' : '2001:db8::7',
      })
      .execute();
  }
}

/** The numbers of the entries that are answered, in their order. */
async function freshLog() {
  const api = await freshApi();
  await addEntries(api);
  const me = await api.logIn('operator');
  const ask = (query: string) => me.call('GET', `/v1/ops/audit?${query}`);
  const find = async (query: string): Promise<number[]> => {
    const answer = await ask(query);
    assert.equal(answer.statusCode, 200, query);
    return answer.json().items.map(({ after }: { after: { number: number } }) => after.number);
  };
  return { ...api, me, ask, find };
}

test('the log is for operators and admins', async () => {
  const api = await freshApi();
  const statuses: number[] = [];
  for (const role of ['operator', 'admin', 'user'] as const) {
    statuses.push((await (await api.logIn(role)).call('GET', '/v1/ops/audit')).statusCode);
  }
  statuses.push((await api.app.inject({ url: '/v1/ops/audit' })).statusCode);
  assert.deepEqual(statuses, [200, 200, 403, 401]);
});

test('an entry says who did what to what, when, from where and by which request', async () => {
  const { ask, store } = await freshLog();
  const author = { userId: ada, requestId: 'request-9', address: '203.0.113.9' };
  const change = {
    action: 'user.set_role',
    subject: { type: 'user', id: eve },
    before: { role: 'user' },
    after: { role: 'admin' },
  };
  await store.postgres.transaction().execute((tx) => writeAudit(tx, author, change));
  const { items, nextCursor } = (await ask('requestId=request-9')).json();
  const [entry, ...others] = items;
  const { id, at, ...rest } = entry;
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 3_600_000);
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual([others, nextCursor], [[], null]);
  assert.deepEqual(rest, {
    actorId: ada,
    action: 'user.set_role',
    subjectType: 'user',
    subjectId: eve,
    before: { role: 'user' },
    after: { role: 'admin' },
    requestId: 'request-9',
    address: '203.0.113.9',
  });
});

const filters: readonly [query: string, found: number[]][] = [
  ['', [4, 3, 2, 1, 0]],
  [`actorId=${ada}`, [2, 1]],
  [`actorId=${newId()}`, []],
  ['action=token.create', [4, 2]],
  ['action=token', []],
  ['action=%25', []],
  ['subjectType=course', [3, 1]],
  [`subjectId=${course}`, [3, 1]],
  ['requestId=request-3', [3]],
  ['address=203.0.113.7', [2, 1]],
  ['address=2001:db8::7', [4, 3, 0]],
  [`actorId=${eve}&action=token.create`, [4]],
  [`actorId=${ada}&action=member.set`, []],
  ['from=2026-01-03T12:00:00Z', [4, 3, 2]],
  ['from=2026-01-03T12:00:00.001Z', [4, 3]],
  ['to=2026-01-03T12:00:00Z', [1, 0]],
  ['from=2026-01-02&to=2026-01-04', [2, 1]],
  ['from=2026-01-03T14:30:00%2B02:00&to=2026-01-04T12:00Z', []],
  ['from=2026-01-03T14:00:00%2B02:00&to=2026-01-04T12:00Z', [2]],
  ['from=2026-01-05&to=2026-01-01', []],
  ['from=0001-01-01&to=9999-12-31', [4, 3, 2, 1, 0]],
];
test('entries are found by each field and by their time, newest first', async () => {
  const { find } = await freshLog();
  for (const [query, found] of filters) assert.deepEqual(await find(query), found, query);
});

test('pages follow each other, also of what was filtered, whatever is logged meanwhile', async () => {
  const { find, ask, ...api } = await freshLog();
  for (const [filter, pages] of [
    ['', [[4, 3], [2, 1], [0]]],
    ['address=2001:db8::7', [[4, 3], [0]]],
  ] as const) {
    const seen: number[][] = [];
    let cursor = '';
    do {
      const query = `limit=2&to=2026-02-01&${filter}${cursor}`;
      seen.push(await find(query));
      const { nextCursor } = (await ask(query)).json();
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
      await api.me.call('POST', '/v1/courses', { body: { title: 'Meanwhile' } });
    } while (cursor !== '');
    assert.deepEqual(seen, pages);
  }
});

const nonsense = [
  'from=yesterday',
  'from=2026-01-31%20junk',
  'from=2026-02-30',
  'from=2026-01-31T12:00:00',
  'from=0000-01-01',
  'from=0001-01-01T00:00%2B14:00',
  'to=9999-12-31T23:59-14:00',
  'to=',
  'to=2026-13-01',
  `to=${'2'.repeat(41)}`,
  'actorId=ada',
  `actorId=${ada.toUpperCase()}`,
  'subjectId=1',
  `action=${'x'.repeat(129)}`,
  'limit=0',
  'limit=101',
  'cursor=nonsense',
  'before=x',
];
test('a filter that means nothing is refused with its name', async () => {
  const { ask } = await freshLog();
  for (const query of nonsense) {
    const answer = await ask(query);
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'], query);
    assert.equal(answer.json().errors[0].path, `query.${query.split('=', 1)[0]}`);
  }
});

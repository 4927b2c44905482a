import assert from 'node:assert/strict';
import { setMember } from '@lectern/db/postgres/members';
import type { CourseRole } from '@lectern/db/postgres/tables';
import { type Caller, makeCourse, type TestApi } from './fresh-api.ts';

export type ShownSnapshot = {
  readonly id: string;
  readonly version: number;
  readonly kind: string;
  readonly message: string;
  readonly nodes: number;
  readonly edges: number;
  readonly createdBy: { readonly id: string; readonly name: string } | null;
};

export type ShownGraph = { readonly nodes: readonly object[]; readonly edges: readonly object[] };

/** A course of somebody, with what they do to its graph and its snapshots. */
export async function freshSnapshots({ logIn, store }: Pick<TestApi, 'logIn' | 'store'>) {
  const owner = await logIn();
  const courseId = await makeCourse(owner);
  const url = `/v1/courses/${courseId}`;
  const ask = async <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
    const answer = await owner.call(method, `${url}${path}`, body && { body });
    assert.ok(answer.statusCode < 300, `${method} ${path}: ${answer.body}`);
    return answer.json<T>();
  };
  const edit = (...ops: readonly object[]) => ask<{ version: number }>('POST', '/edits', { ops });
  const keep = (message = 'As it is') => ask<ShownSnapshot>('POST', '/snapshots', { message });
  const list = (query = '') =>
    ask<{ items: ShownSnapshot[]; nextCursor: string | null }>('GET', `/snapshots${query}`);
  const read = (id: string) =>
    ask<ShownSnapshot & { graph: ShownGraph }>('GET', `/snapshots/${id}`);
  const readGraph = () => ask<ShownGraph & { version: number }>('GET', '/graph');
  const revert = (id: string) =>
    ask<{ version: number; snapshotId: string }>('POST', `/snapshots/${id}/revert`);
  const addMember = async (role: CourseRole): Promise<Caller> => {
    const member = await logIn();
    const author = { userId: owner.userId, requestId: null, address: null };
    await store.postgres
      .transaction()
      .execute((tx) => setMember(tx, { courseId, userId: member.userId, role }, author));
    return member;
  };
  return { owner, courseId, url, ask, edit, keep, list, read, readGraph, revert, addMember };
}

export const addNode = (id: string, more: object = {}) => ({
  op: 'node.add',
  node: { id, type: 'lesson', title: `Lesson ${id}`, ...more },
});

export const addEdge = (id: string, source: string, target: string, type = 'next') => ({
  op: 'edge.add',
  edge: { id, type, source, target },
});

export const updateNode = (id: string, changes: object) => ({ op: 'node.update', id, changes });

/** Rich text of paragraphs. */
export const richText = (...paragraphs: readonly string[]) => ({
  type: 'doc',
  content: paragraphs.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
});

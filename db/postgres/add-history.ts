import { sql } from 'kysely';
import { groupMs, type HistoryDraft } from '../graph/change-book.ts';
import type { Transaction } from './connect.ts';
import { cutBatches, writeBatches } from './cut-batches.ts';
import type { ElementKind, FieldChanges, HistoryAction } from './graph-tables.ts';
import { newId } from './new-id.ts';

/** Entries for what was done, oldest first; the first of each element may go on from its last row. */
export async function addHistory(
  tx: Transaction,
  courseId: string,
  drafts: readonly HistoryDraft[],
): Promise<void> {
  const firsts = [...new Map(drafts.toReversed().map((draft) => [keyOf(draft), draft])).values()];
  const lasts = new Map<string, LastEntry>();
  for (const batch of cutBatches(firsts, ({ id }) => id.length)) {
    for (const entry of await listLastEntries(tx, courseId, batch)) lasts.set(keyOf(entry), entry);
  }
  const continued: { readonly entry: LastEntry; readonly draft: HistoryDraft }[] = [];
  const added: HistoryDraft[] = [];
  for (const draft of drafts) {
    const entry = lasts.get(keyOf(draft));
    lasts.delete(keyOf(draft));
    if (entry !== undefined && goesOn(entry, draft)) continued.push({ entry, draft });
    else added.push(draft);
  }
  await continueEntries(tx, continued);
  await insertEntries(tx, courseId, added);
}

function keyOf({ kind, id }: { readonly kind: ElementKind; readonly id: string }): string {
  return `${kind}:${id}`;
}

type LastEntry = {
  readonly kind: ElementKind;
  readonly id: string;
  readonly entryId: string;
  readonly userId: string | null;
  readonly action: HistoryAction;
  readonly changes: FieldChanges;
  readonly endedAt: Date;
};

async function listLastEntries(
  tx: Transaction,
  courseId: string,
  elements: readonly Pick<HistoryDraft, 'kind' | 'id'>[],
): Promise<LastEntry[]> {
  const { rows } = await sql<LastEntry>`
    select element.kind, element.id, last.id as "entryId", last.user_id as "userId", last.action,
      last.changes, last.ended_at as "endedAt"
    from unnest(
      ${elements.map(({ kind }) => kind)}::text[],
      ${elements.map(({ id }) => id)}::text[]
    ) as element(kind, id)
    cross join lateral (
      select * from course_history
      where course_id = ${courseId} and element_id = element.id and element_kind = element.kind
      order by id desc limit 1
    ) as last`.execute(tx);
  return rows;
}

function goesOn(entry: LastEntry, draft: HistoryDraft): boolean {
  return (
    entry.userId === draft.userId &&
    entry.action !== 'removed' &&
    draft.action === 'changed' &&
    draft.startedAt.getTime() - entry.endedAt.getTime() < groupMs
  );
}

async function continueEntries(
  tx: Transaction,
  continued: readonly { readonly entry: LastEntry; readonly draft: HistoryDraft }[],
): Promise<void> {
  const rows = continued.map(({ entry, draft: { title, changes, toVersion, endedAt } }) => {
    const merged = mergeChanges(entry, changes);
    return { id: entry.entryId, title, changes: merged, toVersion, endedAt };
  });
  for (const batch of writeBatches(rows)) {
    await sql`
      update course_history set title = more.title, changes = more.changes,
        to_version = more."toVersion", ended_at = greatest(ended_at, more."endedAt")
      from jsonb_to_recordset(${batch}::jsonb)
        as more(id uuid, title text, changes jsonb, "toVersion" bigint, "endedAt" timestamptz)
      where course_history.id = more.id`.execute(tx);
  }
}

/** What was before all of it, and what is after. */
function mergeChanges(
  { action, changes: earlier }: Pick<LastEntry, 'action' | 'changes'>,
  later: FieldChanges,
): FieldChanges {
  // What is new has no before.
  if (action === 'added') return earlier;
  const merged = { ...earlier };
  for (const [field, { before, after }] of Object.entries(later)) {
    const known = earlier[field];
    const first = known === undefined ? before : known.before;
    merged[field] = {
      ...(first !== undefined && { before: first }),
      ...(after !== undefined && { after }),
    };
  }
  return merged;
}

async function insertEntries(
  tx: Transaction,
  courseId: string,
  drafts: readonly HistoryDraft[],
): Promise<void> {
  for (const batch of writeBatches(drafts.map((draft) => ({ ...draft, entry: newId() })))) {
    await sql`
      insert into course_history (id, course_id, user_id, element_kind, element_id, title, action,
        changes, from_version, to_version, started_at, ended_at)
      select entry, ${courseId}::uuid, "userId", kind, id, title, action, changes, "fromVersion",
        "toVersion", "startedAt", "endedAt"
      from jsonb_to_recordset(${batch}::jsonb)
        as entry(entry uuid, "userId" uuid, kind text, id text, title text, action text,
          changes jsonb, "fromVersion" bigint, "toVersion" bigint, "startedAt" timestamptz,
          "endedAt" timestamptz)`.execute(tx);
  }
}

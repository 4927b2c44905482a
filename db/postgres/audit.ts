import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import { newId } from './new-id.ts';

/** On whose behalf something is changed, and by which request. */
export type Author = {
  /** Null where nobody is logged in, or a program of the house acts by itself. */
  readonly userId: string | null;
  readonly requestId: string | null;
  readonly address: string | null;
};

type Values = Readonly<Record<string, unknown>>;

export type Change = {
  /** `subject.verb`, such as `member.set`. */
  readonly action: string;
  readonly subject: { readonly type: string; readonly id: string | null };
  /** Only what changed. Never a secret or its hash; people are named by id. */
  readonly before?: Values;
  readonly after?: Values;
};

/** Says in the change's own transaction who changed what. The table takes no other kind of write. */
export async function writeAudit(tx: Transaction, author: Author, change: Change): Promise<void> {
  await tx.insertInto('audit_log').values(draftAudit(author, change)).execute();
}

/** The row, for statements that write it beside the change. */
export function draftAudit(author: Author, { action, subject, before, after }: Change) {
  return {
    id: newId(),
    actor_id: author.userId,
    action,
    subject_type: subject.type,
    subject_id: subject.id,
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
    request_id: author.requestId,
    address: author.address,
  };
}

/** Enough to know an address again, too little to write to it: what is logged outlives the account. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}…${email.slice(at)}`;
}

export type AuditEntry = {
  readonly id: string;
  readonly at: Date;
  readonly actor_id: string | null;
  readonly action: string;
  readonly subject_type: string;
  readonly subject_id: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly request_id: string | null;
  readonly address: string | null;
};

export type AuditFilter = {
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly subjectType?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly address?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Entries that are older than this one. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Newest first. */
export function listAudit(db: Db, filter: AuditFilter): Promise<AuditEntry[]> {
  const { actorId, action, subjectType, subjectId, requestId, address, from, to, after } = filter;
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where((eb) =>
      eb.and([
        ...(actorId === undefined ? [] : [eb('actor_id', '=', actorId)]),
        ...(action === undefined ? [] : [eb('action', '=', action)]),
        ...(subjectType === undefined ? [] : [eb('subject_type', '=', subjectType)]),
        ...(subjectId === undefined ? [] : [eb('subject_id', '=', subjectId)]),
        ...(requestId === undefined ? [] : [eb('request_id', '=', requestId)]),
        ...(address === undefined ? [] : [eb('address', '=', address)]),
        ...(from === undefined ? [] : [sql<boolean>`at >= ${from}::timestamptz`]),
        ...(to === undefined ? [] : [sql<boolean>`at < ${to}::timestamptz`]),
        ...(after === undefined ? [] : [eb('id', '<', after)]),
      ]),
    )
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute();
}

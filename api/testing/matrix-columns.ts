import type { FormFile } from './fresh-api.ts';

/** Who asks, in the order of the columns. The course roles are those in the "own" course. */
export const persons = [
  'anonymous',
  'other',
  'learner',
  'commenter',
  'editor',
  'owner',
  'operator',
  'admin',
] as const;
export type Person = (typeof persons)[number];

/** Whose course it is: one in which the members have their roles, a stranger's, and that one published. */
export type Scene = 'own' | 'private' | 'published';

/** What a request may name. Made anew for each call, so that no call sees what another did. */
export type Place = {
  readonly courseId: string;
  readonly materialId: string;
  /** A stranger's, on the course. */
  readonly commentId: string;
  readonly snapshotId: string;
  /** A learner of the course whom nobody of the table is. */
  readonly memberId: string;
  /** Work of a stranger's. */
  readonly jobId: string;
  readonly unknownId: string;
  readonly newEmail: string;
};

export type Ask = {
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
  readonly form?: Record<string, string>;
  readonly files?: readonly FormFile[];
  /** The answer goes on for ever: its status is looked at, and no more. */
  readonly isEndless?: boolean;
};

/** The expected statuses by scene. What is about no course has one line. */
export type Row = {
  readonly ask: (place: Place) => Ask;
  /** The material of the place is one. */
  readonly isVideo?: true;
} & ({ readonly any: string } | { readonly [S in Scene]: string });

//                     anonymous other learner commenter editor owner operator admin
export const seen = {
  own: '               401       404   200     200       200    200   404      200',
  private: '           401       404   404     404       404    404   404      200',
  published: '         401       200   200     200       200    200   200      200',
};
export const authored = {
  own: '               401       404   403     403       200    200   404      200',
  private: '           401       404   404     404       404    404   404      200',
  published: '         401       403   403     403       403    403   403      200',
};
/** For whoever reads comments and writes some. */
export const reviewed = {
  own: '               401       404   403     200       200    200   404      200',
  private: '           401       404   404     404       404    404   404      200',
  published: '         401       403   403     403       403    403   403      200',
};
export const owned = {
  ...authored,
  own: '401   404   403     403       403    200   404      200',
};
export const everybody = (status: number) => Array(8).fill(String(status)).join(' ');
export const loggedIn = (status: number) => `401 ${Array(7).fill(String(status)).join(' ')}`;
export const staff = '        401       403   403     403       403    403   200      200';
export const admins = '       401       403   403     403       403    403   403      200';

export function answering(lines: typeof seen, from: number, to: number): typeof seen {
  const replace = (line: string) => line.replaceAll(String(from), String(to));
  return {
    own: replace(lines.own),
    private: replace(lines.private),
    published: replace(lines.published),
  };
}

import type { CourseRole, GlobalRole } from '../postgres/tables.ts';
import type { Viewer } from './viewer.ts';

/** What a personal access token may be made for. A login has all of them. */
export const scopes = ['read', 'write', 'account', 'operations'] as const;
export type Scope = (typeof scopes)[number];

type Rule = {
  /** What a token needs for it; `login`: no token is enough. */
  readonly scope: Scope | 'login';
  /** Who has it on every row there is. */
  readonly any: readonly GlobalRole[];
  /** Who has it in a course: people with one of these roles there. */
  readonly own?: readonly CourseRole[];
  /** Whoever is logged in has it in a course that is public and published. */
  readonly open?: true;
  /** Whoever is logged in has it on what is their own: the account, its tokens, its work. */
  readonly self?: true;
};

const everybody = ['user', 'operator', 'admin'] as const;
const staff = ['operator', 'admin'] as const;
const members = ['learner', 'commenter', 'editor', 'owner'] as const;
const reviewers = ['commenter', 'editor', 'owner'] as const;
const authors = ['editor', 'owner'] as const;

/** The one table that decides who may do what. Routes name a row of it; queries are filtered by one. */
export const permissions = {
  'profile.read': { scope: 'read', any: [], self: true },
  'account.change': { scope: 'account', any: [], self: true },
  'account.delete': { scope: 'login', any: [], self: true },
  'token.make': { scope: 'login', any: [], self: true },
  'account.read': { scope: 'account', any: [], self: true },
  'job.read': { scope: 'read', any: staff, self: true },

  'course.create': { scope: 'write', any: everybody },
  'course.read': { scope: 'read', any: ['admin'], own: members, open: true },
  'course.change': { scope: 'write', any: ['admin'], own: authors },
  /** Reads the document as its authors see it: right answers, comments, who else is here. */
  'course.review': { scope: 'read', any: ['admin'], own: reviewers },
  'course.comment': { scope: 'write', any: ['admin'], own: reviewers },
  'course.duplicate': { scope: 'write', any: ['admin'], own: reviewers },
  'course.delete': { scope: 'write', any: ['admin'], own: ['owner'] },
  'member.read': { scope: 'read', any: ['admin'], own: authors },
  'member.change': { scope: 'write', any: ['admin'], own: ['owner'] },
  'member.leave': { scope: 'write', any: ['admin'], own: members },
  'invitation.accept': { scope: 'account', any: everybody },
  'material.read': { scope: 'read', any: ['admin'], own: members, open: true },
  /** Puts down what one has seen of it, for oneself. */
  'material.watch': { scope: 'write', any: ['admin'], own: members, open: true },
  'material.add': { scope: 'write', any: ['admin'], own: authors },
  'material.change': { scope: 'write', any: ['admin'], own: authors },
  'material.remove': { scope: 'write', any: ['admin'], own: authors },

  'operations.read': { scope: 'operations', any: staff },
  'operations.change': { scope: 'operations', any: staff },
  'user.read': { scope: 'operations', any: staff },
  'user.change': { scope: 'login', any: ['admin'] },
} as const satisfies Readonly<Record<string, Rule>>;

export type Permission = keyof typeof permissions;
/** Permissions that are about a course. */
export type CoursePermission = {
  [P in Permission]: (typeof permissions)[P] extends { own: readonly CourseRole[] } ? P : never;
}[Permission];

export function ruleOf(permission: Permission): Rule {
  return permissions[permission];
}

/** Whether the person may begin at all: by the token's scopes, and by a role or by owning something. */
export function mayBegin(viewer: Viewer, permission: Permission): boolean {
  const { any, own, self } = ruleOf(permission);
  if (!hasScope(viewer, permission)) return false;
  return self === true || own !== undefined || any.includes(viewer.role);
}

export function hasScope({ scopes: held }: Viewer, permission: Permission): boolean {
  const { scope } = ruleOf(permission);
  return held === undefined || (scope !== 'login' && held.includes(scope));
}

/** Whether the person's global role is enough, on whatever row. */
export function mayAnywhere({ role }: Pick<Viewer, 'role'>, permission: Permission): boolean {
  return ruleOf(permission).any.includes(role);
}

/** What decides in a course: the person's role there, and whether everybody may look in. */
export type Standing = { readonly role: CourseRole | null; readonly isOpen: boolean };

export function mayInCourse(
  viewer: Pick<Viewer, 'role'>,
  permission: CoursePermission,
  { role, isOpen }: Standing,
): boolean {
  const { own = [], open } = ruleOf(permission);
  if (mayAnywhere(viewer, permission)) return true;
  return (role !== null && own.includes(role)) || (open === true && isOpen);
}

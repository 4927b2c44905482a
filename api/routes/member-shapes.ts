import type { Invitation } from '@lectern/db/postgres/invitations';
import type { Member } from '@lectern/db/postgres/members';
import { type Static, Type } from 'typebox';
import { CourseRole, Id, Instant } from './shapes.ts';

export const MemberShape = Type.Object({
  userId: Id,
  email: Type.String(),
  name: Type.String(),
  role: CourseRole,
  createdAt: Instant,
});

export const InvitationShape = Type.Object({
  id: Id,
  email: Type.String(),
  role: CourseRole,
  createdAt: Instant,
  expiresAt: Instant,
});

export function describeMember(member: Member): Static<typeof MemberShape> {
  const { user_id: userId, email, name, role, created_at: createdAt } = member;
  return { userId, email, name, role, createdAt: createdAt.toISOString() };
}

export function describeInvitation(invitation: Invitation): Static<typeof InvitationShape> {
  const { id, email, role, created_at: createdAt, expires_at: expiresAt } = invitation;
  return {
    id,
    email,
    role,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

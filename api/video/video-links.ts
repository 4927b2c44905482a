import type { LinkUse } from '@lectern/db/access/viewer-links';
import type { Store } from '@lectern/db/open';
import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../plugins/viewer.ts';

/** For a pause and a second look; whoever loses access is refused at once, whatever a link says. */
const spareMs = 2 * 3_600_000;
/** Within this time links are the same, so that browsers find again what they have. */
const stepMs = 15 * 60_000;

export type VideoLinks = {
  readonly expiresAt: Date;
  /** The path with what opens it. */
  to(path: string, use?: LinkUse): string;
};

/**
 * Links to what belongs to a material, for the person who asks. A player reads the whole playlist at
 * once, so they hold for as long as one may watch. What came by a link gives none that lives longer.
 */
export function makeVideoLinks(
  { access }: Pick<Store, 'access'>,
  request: FastifyRequest,
  { materialId, durationMs }: { readonly materialId: string; readonly durationMs: number },
): VideoLinks {
  const viewer = viewerOf(request);
  const untilMs = Date.now() + 2 * durationMs + spareMs;
  const expiresAt = new Date(
    request.cameByLink && viewer.expiresAtMs !== undefined
      ? viewer.expiresAtMs
      : Math.ceil(untilMs / stepMs) * stepMs,
  );
  const made = new Map<LinkUse, string>();
  const linkFor = (use: LinkUse) => {
    const link = made.get(use) ?? access.writeViewerLink(viewer, { materialId, use }, expiresAt);
    made.set(use, link);
    return encodeURIComponent(link);
  };
  return {
    expiresAt,
    to: (path, use = 'material') => `${path}${path.includes('?') ? '&' : '?'}link=${linkFor(use)}`,
  };
}

import type { Bus, Unsubscribe } from '../bus/bus.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import type { Db } from '../postgres/connect.ts';
import { signAccessToken } from './access-tokens.ts';
import type { Credential } from './credentials.ts';
import { isLinkGood, type LinkQuery, signLink } from './signed-links.ts';
import { openTokenKeys, tokenKeysFile } from './token-keys.ts';
import { type LinkTarget, loginOf, readViewerLink, writeViewerLink } from './viewer-links.ts';
import type { Viewer } from './viewer.ts';
import { openViewers } from './viewers.ts';

/** Who asks, for every process that lets people in. */
export type Access = {
  /** The person behind a token or cookie, while the login lasts. */
  findViewer(credential: Credential): Promise<Viewer | undefined>;
  issueToken(login: { readonly userId: string; readonly sessionId: string }): Promise<string>;
  signLink(path: string, expiresAt: Date): string;
  isLinkGood(path: string, query: LinkQuery): boolean;
  /** For players that send no headers; it opens what the viewer may see while the login lasts. */
  writeViewerLink(viewer: Viewer, target: LinkTarget, expiresAt: Date): string;
  /** Undefined when the link is no longer good, or the login that it speaks for is over. */
  findViewerOfLink(link: string, target: LinkTarget): Promise<Viewer | undefined>;
  /** Call it once a change of logins, tokens or roles is committed: every process looks again. */
  announceChange(userId: string): Promise<void>;
  /** Told of each such change; undefined when changes of anybody may have been missed. */
  onChange(listener: (userId: string | undefined) => void): () => void;
  close(): Promise<void>;
};

const topic = 'access.changed';

export type AccessOptions = {
  readonly postgres: Db;
  readonly bus: Bus;
  readonly config: Config;
  readonly log: Log;
};

/** Nothing connects and no key is made before first use. */
export function openAccess({ postgres, bus, config, log }: AccessOptions): Access {
  const keys = openTokenKeys(tokenKeysFile(config));
  const viewers = openViewers(postgres, keys);
  const listeners = new Set<(userId: string | undefined) => void>();
  let subscribing: Promise<Unsubscribe | undefined> | undefined;

  const hear = (userId: string | undefined) => {
    viewers.forget(userId);
    for (const tell of listeners) tell(userId);
  };
  const endGaps = bus.onGap(() => hear(undefined));
  /** Without the bus changes are seen a little later: what is known of a person ages in seconds. */
  const subscribe = () => {
    subscribing ??= bus.subscribe(topic, hear).catch((error: unknown) => {
      log.debug({ err: error }, 'cannot hear of changed roles and logins yet');
      setTimeout(() => (subscribing = undefined), 1_000).unref();
      return undefined;
    });
  };

  return {
    findViewer(credential) {
      subscribe();
      return viewers.find(credential);
    },
    issueToken: (login) => signAccessToken(keys, login),
    signLink: (path, expiresAt) => signLink(keys, path, expiresAt),
    isLinkGood: (path, query) => isLinkGood(keys, path, query, new Date()),
    writeViewerLink: (viewer, target, expiresAt) =>
      writeViewerLink(keys, { login: loginOf(viewer), target, expiresAt }),
    async findViewerOfLink(link, target) {
      const read = readViewerLink(keys, link, { target, now: new Date() });
      if (read === undefined) return undefined;
      subscribe();
      const viewer = await viewers.findByLogin(read.login);
      return viewer && { ...viewer, expiresAtMs: read.expiresAt.getTime() };
    },
    async announceChange(userId) {
      hear(userId);
      try {
        await bus.publish(topic, userId);
      } catch (error) {
        log.warn(
          { userId, err: error },
          'other processes hear of a changed login some seconds later',
        );
      }
    },
    onChange(listener) {
      subscribe();
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      endGaps();
      await (
        await subscribing
      )?.();
    },
  };
}

import { type AddedVideo, addVideo, type AddVideoOptions } from './add-video.ts';
import { type Caller, freshApi, makeCourse, type TestApi } from './fresh-api.ts';

type Answer = Awaited<ReturnType<Caller['call']>>;

export type TestVideo = TestApi & {
  readonly me: Caller;
  readonly courseId: string;
  readonly video: AddedVideo;
  /** The path of the playlist that a player begins with. */
  readonly master: string;
  /** As a player asks: with nothing but the address. */
  readonly visit: (url: string, headers?: Record<string, string>) => Promise<Answer>;
  /** Every address that a player comes to from this one, in the order in which it does. */
  readonly walk: (url: string) => Promise<string[]>;
};

/** A course of one's own with a video in it. */
export async function freshVideo(
  options: AddVideoOptions = {},
  env: Record<string, string> = {},
): Promise<TestVideo> {
  const api = await freshApi(env);
  const me = await api.logIn();
  const courseId = await makeCourse(me);
  const video = await addVideo(api.store, { courseId, ownerId: me.userId }, options);
  const master = `/v1/materials/${video.materialId}/hls/master.m3u8`;
  const visit = (url: string, headers: Record<string, string> = {}) =>
    api.app.inject({ method: 'GET', url, headers });

  async function walk(url: string): Promise<string[]> {
    const answer = await visit(url);
    if (!String(answer.headers['content-type']).includes('mpegurl')) return [url];
    const found = [url];
    for (const next of listAddresses(answer.body, url)) found.push(...(await walk(next)));
    return found;
  }
  return { ...api, me, courseId, video, master, visit, walk };
}

/** The addresses that a playlist names, from where it was found. */
export function listAddresses(playlist: string, url: string): string[] {
  const named = playlist
    .split('\n')
    .flatMap((line) => (line.startsWith('#') ? (/URI="([^"]+)"/.exec(line)?.[1] ?? []) : line))
    .filter((line) => line !== '');
  return [...new Set(named)].map((one) => {
    const { pathname, search } = new URL(one, new URL(url, 'http://localhost'));
    return pathname + search;
  });
}

/** The links by which a player without headers gets in. */
export async function askForLinks({ call }: Caller, materialId: string) {
  const answer = await call('GET', `/v1/materials/${materialId}/playback`);
  if (answer.statusCode !== 200) throw new Error(`no links: ${answer.body}`);
  return answer.json<{
    readonly hls: string | null;
    readonly isWhole: boolean;
    readonly duration: number;
    readonly original: string;
    readonly poster: string | null;
    readonly storyboard: string | null;
    readonly captions: readonly { readonly name: string; readonly url: string }[];
    readonly expiresAt: string;
  }>();
}

export async function askForHls(caller: Caller, materialId: string): Promise<string> {
  const { hls } = await askForLinks(caller, materialId);
  if (hls === null) throw new Error('the video cannot be played yet');
  return hls;
}

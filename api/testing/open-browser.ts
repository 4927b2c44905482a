import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where a browser is on this machine. */
export function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const files = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What the page says of its player. */
export type Playing = {
  readonly errors: readonly { readonly details: string; readonly status: number | null }[];
  readonly fatal: string | null;
  readonly error: string | null;
  readonly time: number;
  readonly duration: number;
  readonly hasEnded: boolean;
  readonly size: readonly [number, number];
  readonly frames: number;
  readonly soundBytes: number;
  readonly buffered: readonly (readonly [number, number])[];
  readonly sounds: readonly string[];
  readonly heights: readonly number[];
  readonly cues: readonly (readonly [number, number, string])[];
};

export type PlayOptions = {
  /** By the player that the browser has of its own. */
  readonly isNative?: boolean;
  readonly rate?: number;
  readonly captions?: boolean;
  /** Of hls.js. */
  readonly config?: object;
};

export type Player = {
  play(url: string, options?: PlayOptions): Promise<void>;
  look(): Promise<Playing>;
  canPlayHls(): Promise<boolean>;
};

export type OpenBrowser = {
  /** Whose pages play. */
  readonly origin: string;
  openPlayer(): Promise<Player>;
  close(): Promise<void>;
};

/** A browser without a window, and a site of its own whose page has a video and hls.js. */
export async function openBrowser(executablePath: string): Promise<OpenBrowser> {
  const script = await readFile(fileURLToPath(import.meta.resolve('hls.js/dist/hls.js')));
  const html = await readFile(join(import.meta.dirname, 'player.html'));
  const site = createServer(({ url }, response) => {
    const isScript = url === '/hls.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  if (address === null || typeof address === 'string') throw new Error('the site has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--mute-audio', '--autoplay-policy=no-user-gesture-required'],
    });
  } catch (error) {
    site.close();
    throw error;
  }
  const opened = browser;
  return {
    origin,
    async openPlayer() {
      const page = await opened.newPage();
      page.setDefaultTimeout(120_000);
      await page.goto(origin);
      return {
        async play(url, options = {}) {
          await page.evaluate(`play(${JSON.stringify(url)}, ${JSON.stringify(options)})`);
        },
        look: () => page.evaluate<Playing>('look()'),
        canPlayHls: () => page.evaluate<boolean>('canPlayHls()'),
      };
    },
    async close() {
      await opened.close();
      site.closeAllConnections();
      site.close();
    },
  };
}

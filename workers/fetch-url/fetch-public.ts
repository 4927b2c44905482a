import { lookup } from 'node:dns';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { isPublicAddress, readPublicUrl } from '@lectern/db/materials/is-public-address';
import { Cancel } from '@lectern/db/queue/outcomes';
import { explainFault, explainStatus } from './explain-fault.ts';

export type Fetched = {
  readonly body: Readable;
  /** Where it came from in the end. */
  readonly url: URL;
  readonly disposition: string | undefined;
  /** As the server says it. */
  readonly sizeBytes: number | undefined;
};

export type FetchOptions = {
  readonly signal: AbortSignal;
  /** Which addresses may be connected to, and which URLs led to; tests have a server on this machine. */
  readonly rules?: Rules;
};

export type Rules = {
  readonly isAllowed: (address: string) => boolean;
  readonly readUrl: (text: string) => URL | string;
};

const publicRules: Rules = { isAllowed: isPublicAddress, readUrl: readPublicUrl };
const mostRedirects = 5;
const silentMs = 30_000;

/** Fetches a file, connecting to public addresses alone: what a name stands for is looked at for each connection. */
export async function fetchPublic(
  address: string,
  { signal, rules = publicRules }: FetchOptions,
): Promise<Fetched> {
  let next = address;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const url = rules.readUrl(next);
    if (typeof url === 'string') throw new Cancel('url_not_allowed', url);
    const answer = await ask(url, { signal, rules });
    const { statusCode = 0, headers } = answer;
    const location = isRedirect(statusCode) ? headers.location : undefined;
    if (location === undefined) return readAnswer(answer, url);
    answer.destroy();
    next = URL.parse(location, url.href)?.href ?? location;
  }
  throw new Cancel(
    'too_many_redirects',
    'The address leads on and on. Give the one of the file itself.',
  );
}

type Asking = { readonly signal: AbortSignal; readonly rules: Rules };

async function ask(url: URL, { signal, rules }: Asking): Promise<IncomingMessage> {
  const request = (url.protocol === 'https:' ? https : http).get(url, {
    agent: false,
    signal,
    timeout: silentMs,
    lookup: lookupAllowed(rules),
    headers: { accept: '*/*', 'accept-encoding': 'gzip, br', 'user-agent': 'Lectern' },
  });
  request.on('timeout', () => request.destroy(new Error(`${url.host} said nothing for too long`)));
  // A literal address is not looked up.
  if (isIP(bare(url.hostname)) !== 0 && !rules.isAllowed(bare(url.hostname))) {
    request.destroy();
    throw notPublic(url.hostname);
  }
  try {
    const [answer]: IncomingMessage[] = await once(request, 'response');
    if (answer === undefined) throw new Error('it ended without an answer');
    return answer;
  } catch (error) {
    throw explainFault(error, url);
  }
}

function readAnswer(answer: IncomingMessage, url: URL): Fetched {
  const { statusCode = 0, headers } = answer;
  if (statusCode !== 200) {
    answer.destroy();
    throw explainStatus(statusCode, url);
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  const length = Number(headers['content-length']);
  return {
    body: decode(answer, encoding),
    url,
    disposition: headers['content-disposition'],
    sizeBytes: encoding === 'identity' && Number.isSafeInteger(length) ? length : undefined,
  };
}

function decode(answer: IncomingMessage, encoding: string): Readable {
  const decoder = decoders[encoding];
  if (decoder === undefined) return answer;
  const decoded = decoder();
  answer.on('error', (error) => decoded.destroy(error));
  decoded.on('close', () => answer.destroy());
  return answer.pipe(decoded);
}

const decoders: Readonly<Record<string, () => ReturnType<typeof createGunzip>>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The system's own look-up; a name that leads to any other address leads nowhere. */
function lookupAllowed({ isAllowed }: Rules): LookupFunction {
  return (hostname, { family = 0, all }, callback) => {
    lookup(hostname, { all: true, family }, (error, found) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`${hostname} has no address`), '', 0);
      } else if (!found.every(({ address }) => isAllowed(address))) {
        callback(notPublic(hostname), '', 0);
      } else if (all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

function notPublic(hostname: string): Cancel {
  const detail = `${hostname} is not a public address. Download the file and upload it here.`;
  return new Cancel('url_not_allowed', detail);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

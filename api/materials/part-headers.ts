/** What a part of a form says of itself; undefined when it has no name. */
export function parsePartHeaders(
  bytes: Buffer,
): { readonly name: string; readonly fileName: string | undefined } | undefined {
  const lines = bytes.toString('utf8').split('\r\n');
  const disposition = lines
    .map((line) => /^content-disposition:\s*form-data\s*(;.*)$/i.exec(line)?.[1])
    .find((found) => found !== undefined);
  if (disposition === undefined) return undefined;
  const parameters = new Map(readParameters(disposition));
  const name = parameters.get('name');
  if (name === undefined) return undefined;
  const extended = decodeExtended(parameters.get('filename*'));
  return { name, fileName: extended ?? parameters.get('filename') };
}

function* readParameters(text: string): Generator<[string, string]> {
  const pattern = /;\s*([\w*-]+)\s*=\s*(?:"((?:\\["\\]|[^"])*)"|([^\s;"]*))/g;
  for (const [, name = '', quoted, bare = ''] of text.matchAll(pattern)) {
    yield [name.toLowerCase(), quoted === undefined ? bare : unquote(quoted)];
  }
}

/** Browsers write a quote as %22, curl as \". */
function unquote(text: string): string {
  return text
    .replace(/\\(["\\])/g, '$1')
    .replace(/%(22|0d|0a)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** `UTF-8''na%C3%AFve.txt`, as some programs send names outside ASCII. */
function decodeExtended(text: string | undefined): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(text ?? '')?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

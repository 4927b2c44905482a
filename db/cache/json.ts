/** As loosely typed as `JSON.parse` itself; `undefined` is what has no JSON. */
export function parseJson(json: string | undefined): ReturnType<typeof JSON.parse> {
  return json === undefined ? json : JSON.parse(json);
}

/** `undefined` for what JSON cannot say; `JSON.stringify` is typed as if it always gave a string. */
export function writeJson(value: unknown): string | undefined {
  return JSON.stringify(value);
}

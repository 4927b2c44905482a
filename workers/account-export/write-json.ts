/** One row to a line, so that a list of any length is written, and read, without holding it. */
export async function* writeJsonList(
  rows: Iterable<object> | AsyncIterable<object>,
): AsyncGenerator<string, void, void> {
  let separator = '[\n';
  for await (const row of rows) {
    yield separator + JSON.stringify(row);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

export function writeJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

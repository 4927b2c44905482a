/** A statement has to end in time, whatever its rows weigh. */
const mostRows = 5_000;
const mostCharacters = 4 * 1024 * 1024;

export function cutBatches<Row>(rows: readonly Row[], countCharacters: (row: Row) => number) {
  const batches: Row[][] = [];
  let batch: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    const more = countCharacters(row);
    if (batch.length === mostRows || (batch.length > 0 && characters + more > mostCharacters)) {
      batches.push(batch);
      batch = [];
      characters = 0;
    }
    batch.push(row);
    characters += more;
  }
  return batch.length === 0 ? batches : [...batches, batch];
}

/** Rows as JSON arrays, for statements that take them apart again. */
export function writeBatches(rows: readonly object[]): string[] {
  const written = rows.map((row) => JSON.stringify(row));
  return cutBatches(written, ({ length }) => length).map((batch) => `[${batch.join()}]`);
}

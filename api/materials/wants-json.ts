/** Whether an `Accept` header would rather have JSON than plain text, which is what most get. */
export function wantsJson(header = ''): boolean {
  const ranges = header.split(',').map(readRange);
  const [json, text] = [findRange(ranges, 'application/json'), findRange(ranges, 'text/plain')];
  if (json.weight !== text.weight) return json.weight > text.weight;
  return json.weight > 0 && json.type === 'application/json';
}

type Range = { readonly type: string; readonly weight: number };

function readRange(range: string): Range {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const stated = Number(weight?.replace(/^q\s*=\s*/, '') || 1);
  return { type, weight: Number.isFinite(stated) ? stated : 1 };
}

/** The range that says most of a type: itself, all of its family, or everything. */
function findRange(ranges: readonly Range[], type: string): Range {
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const wanted of [type, family, '*/*']) {
    const range = ranges.find((one) => one.type === wanted);
    if (range !== undefined) return range;
  }
  return { type: '', weight: 0 };
}

/** A PDF of these objects, the first of which is its catalog, with nothing checked. */
export function writePdf(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts = objects.map((body, i) =>
    Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(body), Buffer.from('\nendobj\n')]),
  );
  const end = `trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n0\n%%EOF\n`;
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), ...parts, Buffer.from(end)]);
}

import assert from 'node:assert/strict';
import { crc32, inflateRawSync } from 'node:zlib';

const endMark = Buffer.from('504b0506', 'hex');

/** The files of a small zip by their names, read as its directory says and checked against it. */
export function readZip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(endMark);
  assert.ok(end >= 0, 'it is a whole zip');
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) => zip.readUInt16LE(at + o));
    const nameEnd = at + 46 + (nameBytes ?? 0);
    const name = zip.toString('utf8', at + 46, nameEnd);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const bytes = zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed;
    assert.equal(bytes.length, zip.readUInt32LE(at + 24), `${name} has its length`);
    assert.equal(crc32(bytes), zip.readUInt32LE(at + 16), `${name} has its checksum`);
    assert.ok(!files.has(name), `${name} is there once`);
    files.set(name, bytes);
    at = nameEnd + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return files;
}

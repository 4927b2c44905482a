import { Refusal } from '../found.ts';
import { openCompoundFile } from './compound-file.ts';
import { openSource, readSource } from './open-source.ts';

/** An Office file with a password is no zip: it is shut up in the container of the older formats. */
export async function refuseCompoundFile(file: string): Promise<void> {
  const source = await openSource({ file });
  const head = await source.read(0, 8);
  await source.close();
  if (head.toString('hex') !== 'd0cf11e0a1b11ae1') return;
  const compound = openCompoundFile(await readSource({ file }));
  if (compound?.has('EncryptedPackage') ?? false) throw protectedByPassword();
  throw new Refusal(
    'file_damaged',
    'This file is not what its name says. Save it as a document of today and upload it again.',
  );
}

export function protectedByPassword(): Refusal {
  return new Refusal(
    'password_protected',
    'This file is protected with a password. Save it without one and upload it again.',
  );
}

import { domainToASCII, domainToUnicode } from 'node:url';

/**
 * One text for an address, however it was typed: letters that look alike to people are made alike, and
 * a domain is written in its own script.
 */
export function normalizeEmail(given: string): string {
  const email = given.normalize('NFKC').trim().toLowerCase().normalize('NFC').replace(/\.$/, '');
  const at = email.lastIndexOf('@');
  const ascii = domainToASCII(email.slice(at + 1));
  // What is no domain stays as it is and is refused elsewhere.
  return at < 1 || ascii === '' ? email : `${email.slice(0, at)}@${domainToUnicode(ascii)}`;
}

const longest = 254;

export function isEmail(email: string): boolean {
  return (
    email.length <= longest &&
    /^[^\s@\p{C}\p{Default_Ignorable_Code_Point}<>()[\]\\,;:"]+@[^\s@\p{C}<>()[\]\\,;:"]+$/u.test(
      email,
    )
  );
}

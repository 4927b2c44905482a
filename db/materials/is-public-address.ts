import { BlockList, isIP } from 'node:net';

/** What belongs to nobody in particular, or to those who are near: no address of a file that anybody may have. */
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only these are given out, and of them not the ones below. */
const given6 = ['2000::/3'];
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const isSpecial4 = listOf(special4, 'ipv4');
const isGiven6 = listOf(given6, 'ipv6');
const isSpecial6 = listOf(special6, 'ipv6');

/** Whether an IP address is one that everybody reaches, so that it tells nobody anything new. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !isSpecial4.check(address, 'ipv4');
  if (isIP(address) !== 6) return false;
  return isGiven6.check(address, 'ipv6') && !isSpecial6.check(address, 'ipv6');
}

function listOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/');
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
}

const nearNames =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|test|invalid|example|onion|arpa)$/;
const longestUrl = 2_000;

/**
 * The address of a file that may be fetched; a sentence about why not, else. Only what can be told
 * without asking: what a name stands for is looked at when it is connected to.
 */
export function readPublicUrl(text: string): URL | string {
  if (text.length > longestUrl) return `An address may have ${longestUrl} characters.`;
  const url = URL.parse(text);
  if (url === null) return 'This is no address. It begins with https:// or http://.';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return 'Only addresses that begin with https:// or http:// are fetched.';
  }
  if (url.username !== '' || url.password !== '') {
    return 'An address with a name and password in it is not fetched.';
  }
  const host = url.hostname.replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1');
  const isNear =
    isIP(host) === 0 ? !host.includes('.') || nearNames.test(host) : !isPublicAddress(host);
  if (isNear)
    return `${url.hostname} is not a public address. Download the file and upload it here.`;
  return url;
}

import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

/**
 * Every way out of this process that Node offers throws from now on, also where the system has none. What
 * programs say comes through sockets that are not connected to anything.
 */
export function shutNetwork({ keepsPipes }: { readonly keepsPipes: boolean }): void {
  const refuse = () => {
    throw new Error('a reader of files has no network');
  };
  const ways: [object, readonly string[]][] = [
    [net.Socket.prototype, ['connect']],
    [net.Server.prototype, ['listen']],
    [net, ['connect', 'createConnection', 'createServer', ...(keepsPipes ? [] : ['Socket'])]],
    [tls, ['connect', 'createServer', 'TLSSocket']],
    [dgram, ['createSocket', 'Socket']],
    [http, ['request', 'get', 'createServer']],
    [https, ['request', 'get', 'createServer']],
    [http2, ['connect', 'createServer', 'createSecureServer']],
    [dns, functionsOf(dns)],
    [dns.promises, functionsOf(dns.promises)],
    [globalThis, ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']],
  ];
  for (const [owner, names] of ways) {
    for (const name of names) {
      Object.defineProperty(owner, name, { value: refuse, configurable: false, writable: false });
    }
  }
  syncBuiltinESMExports();
}

function functionsOf(module: object): string[] {
  return Object.entries(module).flatMap(([name, value]) =>
    typeof value === 'function' ? [name] : [],
  );
}

import { describe, expect, it } from 'vitest';
import {
  ConnectionStringError,
  parseConnectionString,
} from '../../../adapters/eventstoredb/connection-string.ts';

describe('connection strings (pitfall b13)', () => {
  it('reads hosts, credentials and options', () => {
    expect(
      parseConnectionString('esdb://admin:changeit@db1:2114,db2,10.0.0.3?nodePreference=Follower'),
    ).toMatchObject({
      hosts: [
        { address: 'db1', port: 2114 },
        { address: 'db2', port: 2113 },
        { address: '10.0.0.3', port: 2113 },
      ],
      discover: false,
      credentials: { username: 'admin', password: 'changeit' },
      options: { tls: true, nodePreference: 'follower', keepAliveInterval: 10_000 },
    });
  });

  it.each(['kurrentdb://host', 'kdb://host', 'esdb://host/', 'ESDB://host'.toLowerCase()])(
    'takes %s',
    (url) => {
      expect(parseConnectionString(url).hosts).toEqual([{ address: 'host', port: 2113 }]);
    },
  );

  it('takes +discover with one name', () => {
    expect(parseConnectionString('esdb+discover://cluster.dns:2113').discover).toBe(true);
    expect(() => parseConnectionString('esdb+discover://a,b')).toThrow(ConnectionStringError);
  });

  it.each([
    ['a colon', 'esdb://u:a:b@host', 'a:b'],
    ['an encoded colon', 'esdb://u:a%3Ab@host', 'a:b'],
    ['an at sign', 'esdb://u:p@ss@host', 'p@ss'],
    ['an encoded at sign', 'esdb://u:p%40ss@host', 'p@ss'],
    ['an encoded question mark', 'esdb://u:p%3Fss@host?tls=false', 'p?ss'],
  ])('keeps %s in a password', (_what, url, password) => {
    const { credentials, hosts } = parseConnectionString(url);
    expect(credentials).toEqual({ username: 'u', password });
    expect(hosts).toEqual([{ address: 'host', port: 2113 }]);
  });

  it.each([
    ['another scheme', 'http://host'],
    ['no host', 'esdb://'],
    ['an unknown option', 'esdb://host?tsl=false'],
    ['an option without effect', 'esdb://host?tlsVerifyCert=false'],
    ['a number that is none', 'esdb://host?keepAliveInterval=often'],
    ['a flag that is none', 'esdb://host?tls=maybe'],
    ['an unknown preference', 'esdb://host?nodePreference=nearest'],
    ['a bad percent sign', 'esdb://u:100%@host'],
    ['credentials without a password', 'esdb://user@host'],
    ['a port that is none', 'esdb://host:port'],
  ])('refuses %s', (_what, url) => {
    expect(() => parseConnectionString(url)).toThrow(ConnectionStringError);
  });

  it('never shows the password in an error', () => {
    for (const url of ['esdb://u:secret@host?x=1', 'esdb://u:secret@:1', 'nonsense://u:secret@host']) {
      expect(() => parseConnectionString(url)).toThrow(/^(?!.*secret)/);
    }
  });
});

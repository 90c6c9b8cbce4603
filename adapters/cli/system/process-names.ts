import { isAlive, ownIdentity } from '../../embedded-postgres/process-identity.ts';
import { type ProcessNames } from '../../spool/owner.ts';

/** `<pid>/<when it started>/<where the pid means anything>`: no other process, before or after, has the name. */
export function processNames(): ProcessNames {
  const { pid, realm, started } = ownIdentity();
  return {
    own: `${pid}/${started}/${realm}`,
    isAlive: (name) => {
      const [number = '', since = '', ...where] = name.split('/');
      return isAlive({ pid: Number(number), started: since, realm: where.join('/') }) ?? null;
    },
  };
}

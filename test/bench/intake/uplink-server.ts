/** The intake over HTTP as a process of its own: `uplink-server.ts STORE_URL` (Postgres or EventStoreDB) prints its port. */
import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { v7 } from 'uuid';
import { uplinkRoutes } from '../../../adapters/http/routes/uplink.ts';
import { validatorCompiler } from '../../../adapters/http/validation.ts';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { readThingsStack } from '../../../adapters/lorawan/things-stack.ts';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { Intake } from '../../../application/intake/intake.ts';
import { type Instant } from '../../../domain/time/instant.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const storeUrl = process.argv[2] ?? '';
const store = storeUrl.startsWith('postgres')
  ? await openPostgresStore({ connectionString: storeUrl })
  : await openEventStoreDb({ url: storeUrl });
const intake = new Intake({
  store,
  softwareVersion: 'bench',
  hashBody: (body) => createHash('sha256').update(body).digest('hex'),
  newEventId: () => v7(),
});
const app = Fastify();
app.setValidatorCompiler(validatorCompiler);
app.decorateRequest('principal', null);
// What the guard does for a key that it knows: a hash and a look into a map.
const known = new Map([[createHash('sha256').update('key').digest('hex'), { tenantId: TENANT, keyId: 'k' }]]);
app.addHook('onRequest', (request, _reply, done) => {
  const key = request.headers['x-api-key'];
  const hash = createHash('sha256')
    .update(typeof key === 'string' ? key : '')
    .digest('hex');
  request.principal = (known.get(hash) ?? null) as never;
  done();
});
uplinkRoutes(app, {
  intake,
  readChirpstack,
  readThingsStack,
  now: () => new Date().toISOString() as Instant,
});
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
console.log(typeof address === 'object' && address !== null ? address.port : '');
process.on('SIGTERM', () => {
  void app
    .close()
    .then(() => store.close())
    .then(() => process.exit(0));
});

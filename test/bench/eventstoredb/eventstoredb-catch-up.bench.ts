import { HISTORY } from './catching-up.ts';
import { medians, ratio, runContender, serverUrl } from './comparing.ts';

// Catching up over a history with a filter, against a subscription of the client alone with the same filter.
// Wanted: at least 0.5, and 20,000 events/s.
const url = await serverUrl();
if (url !== null) {
  const token = String(await runContender('write history', url));
  console.log(`a history of ${HISTORY} events of 500 bytes`);
  const rates = await medians(['catch-up: adapter', 'catch-up: client alone'], url, token);
  const ratios = {
    adapter_to_client: ratio(rates, 'catch-up: adapter', 'catch-up: client alone'),
    to_20000_per_s: Math.round((rates.get('catch-up: adapter') ?? 0) / 200) / 100,
  };
  console.log(JSON.stringify({ bench: 'eventstoredb-catch-up', ratios }));
}

import { medians, ratio, serverUrl } from './comparing.ts';

// Appends of one event by 32 callers: what the adapter's care costs, against the client alone. Wanted: at least 0.8.
const url = await serverUrl();
if (url !== null) {
  const rates = await medians(['append: adapter', 'append: client alone'], url);
  const ratios = { adapter_to_client: ratio(rates, 'append: adapter', 'append: client alone') };
  console.log(JSON.stringify({ bench: 'eventstoredb-append', ratios }));
}

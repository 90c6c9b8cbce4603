import { medians, ratio, serverUrl } from './comparing.ts';

// Frames of 32 callers in appends of many events, against one append per frame. Wanted: at least 3.
const url = await serverUrl();
if (url !== null) {
  const rates = await medians(['frames: batched', 'frames: one append each'], url);
  const ratios = { batched_to_single: ratio(rates, 'frames: batched', 'frames: one append each') };
  console.log(JSON.stringify({ bench: 'eventstoredb-batching', ratios }));
}

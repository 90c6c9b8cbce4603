import { describe, expect, it } from 'vitest';
import { frameDecoder } from '../../../adapters/lorawan/frame-decoder.ts';

const signal = (network: string, body: unknown) => frameDecoder.signal(network, JSON.stringify(body));

describe('how well a message was heard', () => {
  it('is what the gateway says that heard it best, and how many heard it', () => {
    const heard = [
      { rssi: -60, snr: 4.5 },
      { rssi: -110, snr: 9.2 },
      { rssi: -108, snr: 9.2 },
    ];
    const best = { rssiDbm: -108, snrDb: 9.2, gateways: 3 };
    expect(signal('chirpstack', { rxInfo: heard })).toEqual(best);
    expect(signal('tts', { uplink_message: { rx_metadata: heard } })).toEqual(best);
    // A level of zero is left out by the servers.
    expect(signal('chirpstack', { rxInfo: [{ rssi: -70 }] })).toEqual({
      rssiDbm: -70,
      snrDb: 0,
      gateways: 1,
    });
  });

  it('is not known where the message does not say, whatever it is', () => {
    for (const body of [{}, { rxInfo: [] }, { rxInfo: null }, { rxInfo: 7 }, { rxInfo: [{ rssi: 'x' }] }, []])
      expect(signal('chirpstack', body)).toBeNull();
    for (const body of [{}, { uplink_message: {} }, { uplink_message: null }, null])
      expect(signal('tts', body)).toBeNull();
    expect(frameDecoder.signal('chirpstack', '{"rxInfo":')).toBeNull();
    expect(frameDecoder.signal('another', '')).toBeNull();
  });
});

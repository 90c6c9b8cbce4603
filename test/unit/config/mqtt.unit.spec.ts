import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../../adapters/config/index.ts';

const settings = (env: NodeJS.ProcessEnv) => readSettings(env, () => undefined);

describe('the broker', () => {
  it('needs nothing but an address', () => {
    const { mqttApiKey, mqttClientId, mqttTopic, mqttUrl } = settings({
      MQTT_URL: 'mqtts://u:p@broker.example',
    });
    expect(mqttUrl?.reveal()).toBe('mqtts://u:p@broker.example');
    expect([mqttApiKey, mqttClientId, mqttTopic]).toEqual([
      undefined,
      'bayledger',
      'application/+/device/+/event/+',
    ]);
  });

  it.each([
    'eu868/application/+/device/+/event/+',
    '$share/bayledger/application/+/device/+/event/+',
    'application/17c82e96/device/+/event/+',
  ])('may have its events at %s', (topic) => {
    expect(settings({ MQTT_TOPIC: topic }).mqttTopic).toBe(topic);
  });

  it.each(['#', 'application/#', '+', 'application/+/device/+/event/up', 'a/b+/+', 'application/+/'])(
    'cannot have its events at %s',
    (topic) => {
      expect(() => settings({ MQTT_TOPIC: topic })).toThrow(SettingsError);
    },
  );
});

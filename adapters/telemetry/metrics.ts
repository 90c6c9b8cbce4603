import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A short way: from a tenth of a millisecond to some seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** All that is counted. No label takes unbounded values: devices, tenants and paths never are labels. */
export class Metrics {
  readonly registry = new Registry();
  readonly uplinks = this.#counter('parking_uplinks_total', 'Uplinks handled by the sensor process', [
    'device_type',
    'status',
  ]);
  readonly ingestRejected = this.#counter(
    'parking_ingest_rejected_total',
    'Messages that the intake refused',
    ['reason'],
  );
  readonly ingestOverQuota = this.#counter(
    'parking_ingest_over_quota_frames_total',
    'Frames beyond the quota of their tenant: taken in all the same',
  );
  readonly mqttMessages = this.#counter('parking_mqtt_messages_total', 'Messages of the MQTT broker', [
    'outcome',
  ]);
  readonly uplinkToState = this.#histogram(
    'parking_uplink_to_state_seconds',
    'From the receipt of a frame to the recorded change of a space',
  );
  readonly appendDuration = this.#histogram('parking_append_duration_seconds', 'Appends to the event store');
  readonly appendBatchSize = this.#histogram(
    'parking_append_batch_size',
    'Events in one append',
    [],
    [1, 2, 5, 10, 20, 50, 100, 200, 500],
  );
  readonly httpRequests = this.#histogram('http_request_duration_seconds', 'HTTP requests', [
    'route',
    'method',
    'status',
  ]);
  readonly spooled = this.#counter('parking_spooled_frames_total', 'Frames that went to the disk');
  readonly spoolDrained = this.#counter(
    'parking_spool_drained_frames_total',
    'Frames brought from the disk into the event store',
  );
  readonly spoolDamage = this.#counter(
    'parking_spool_damage_total',
    'Parts of the spool that were put aside: torn, damaged, unreadable, or refused by the store',
    ['kind'],
  );
  readonly loopFailures = this.#counter(
    'parking_loop_failures_total',
    'Rounds of background work that failed',
    ['loop'],
  );

  constructor(version: string, commit: string) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge('parking_build_info', 'The program', ['version', 'commit']).set({ version, commit }, 1);
  }

  /** A gauge whose value is asked for at each scrape. A source that fails leaves it without a value. */
  gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L> {
    return new Gauge<L>({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect === undefined
        ? {}
        : {
            collect: async function (this: Gauge<L>) {
              this.reset();
              try {
                await collect(this);
              } catch {
                // What cannot be asked now has no value: better than an old one.
              }
            },
          }),
    });
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets: readonly number[] = SECONDS,
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }
}

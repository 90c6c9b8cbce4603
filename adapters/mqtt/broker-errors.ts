/** Another client came with the same client id: the broker allows one. */
const SESSION_TAKEN_OVER = 0x8e;

/** The broker ended the connection and said why. */
export class DisconnectedByBrokerError extends Error {
  override readonly name = 'DisconnectedByBrokerError';
  readonly isTakenOver: boolean;

  constructor(reasonCode: number) {
    const isTakenOver = reasonCode === SESSION_TAKEN_OVER;
    super(
      isTakenOver
        ? 'another client uses the same MQTT_CLIENT_ID: give each process that takes frames an id of its own'
        : `the broker ended the connection: reason 0x${reasonCode.toString(16)}`,
    );
    this.isTakenOver = isTakenOver;
  }
}

/** Delivery without confirmation: messages would be lost unseen while we are away. */
export class NoConfirmedDeliveryError extends Error {
  override readonly name = 'NoConfirmedDeliveryError';

  constructor(topic: string) {
    super(`the broker does not grant QoS 1 for ${topic}`);
  }
}

/** Without a word. Some brokers (Mosquitto 2.0) say nothing either when another client takes the session over. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';

  constructor() {
    super(
      'the connection to the broker was lost; if that happens again and again, another client may use this MQTT_CLIENT_ID',
    );
  }
}

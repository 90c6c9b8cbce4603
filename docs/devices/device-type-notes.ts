/** What the code of a decoder does not say in a field: for the page of device types, by id. */
export interface DeviceTypeNotes {
  /** What it tells, and when. */
  readonly says: string;
  readonly sources: string;
  /** What published descriptions leave open or contradict, and how it was decided. */
  readonly doubts: readonly string[];
}

const lorawanDevices = 'TheThingsNetwork/lorawan-devices';
const dataConverters = 'thingsboard/data-converters';
const dingtekDoubts = [
  'No published frame has the park alarm set. 1 in the high nibble of byte 7 is a car, 0 is none, anything else is refused.',
  'Why there are two data types of telemetry is not published; both are read alike.',
];
const aboveTheBay =
  'The limits are for a sensor above the bay, 2.1 to 3 m over the floor. One in the ground, or under a higher ceiling, needs limits of its own.';

export const deviceTypeNotes: Readonly<Record<string, DeviceTypeNotes>> = {
  'bosch-tps110-0.23': {
    says: 'Status at every change, heartbeat once a day, start-up with firmware and cause. No battery.',
    sources: 'Official interface description 0.23.3 and tests in SeppPenner/SensorsPayloadDecoder (MIT).',
    doubts: [
      'The byte order of the firmware differs between the lines; the end that holds 0 is the major number, since every release begins with 0.',
    ],
  },
  'bosch-tps110-0.29': {
    says: 'As 0.23; the heartbeat may carry a temperature.',
    sources: `${lorawanDevices}: vendor/bosch (Apache-2.0); ${dataConverters} (Apache-2.0).`,
    doubts: [
      'Debug codes are at other places in other firmware; they are not read.',
      'One published converter reads the firmware backwards and gets 2.29.0; see 0.23.',
    ],
  },
  'bosch-tps110-0.39': {
    says: 'As 0.29, with more causes of a start, usage counters, device information and a temperature alarm.',
    sources: `${lorawanDevices}: vendor/bosch; akenza-io/device-type-library (MIT).`,
    doubts: [
      'The debug time is published in the wrong byte order; debug messages are kept, but not read.',
      'In unconfirmed mode with 2 to 4 sends, one frame comes several times under one counter.',
    ],
  },
  'browan-tbms100': {
    says: 'Movement or none, battery, temperature, minutes since the last event, count of events.',
    sources: `${lorawanDevices}: vendor/browan; chirpstack/chirpstack-device-profiles (MIT); akenza-io/device-type-library (MIT).`,
    doubts: [
      'One codec reads two of the three bytes of the count; one platform reads the battery as hundredths of a volt. Neither fits the published frames.',
      'It sees what moves, and a parked car does not: `vacantAfterMin` adds to the wait of the device.',
    ],
  },
  'dingtek-do200': {
    says: 'Its own judgement from level and magnet, the level, battery and its alarm, about once a day and at changes; parameters.',
    sources: `${lorawanDevices}: vendor/dingtek/do200-codec.yaml and, for the layout, do201.js.`,
    doubts: [
      ...dingtekDoubts,
      'No published program reads this model. Where the frame counter is cannot be seen in the one example, so it is not read.',
    ],
  },
  'dingtek-do201': {
    says: 'As DO200, with temperature and a frame counter.',
    sources: `${lorawanDevices}: vendor/dingtek/do201-codec.yaml, do201.js.`,
    doubts: [
      ...dingtekDoubts,
      'The published frame has -117 °C: a temperature outside -40 to 85 °C is left out.',
    ],
  },
  'dingtek-do202': {
    says: 'As DO201, by magnet alone: no level.',
    sources: `${lorawanDevices}: vendor/dingtek/do202-codec.yaml and, for the layout, do201.js.`,
    doubts: [
      ...dingtekDoubts,
      'Its published frame is that of DO201, level included; the level means nothing here and is left out.',
      'The published temperature is -117 °C, see DO201.',
    ],
  },
  'dragino-ldds75': {
    says: 'Distance and battery at intervals or by interrupt, temperature with a probe. Frames of an LDS02 are read as well.',
    sources: `${lorawanDevices}: vendor/dragino; chirpstack/chirpstack-device-profiles (MIT); recorded DDS75-LB of the hackathon data set of afaqmvirk (no licence stated).`,
    doubts: [
      '0 is said to be "no sensor", but comes from a working one: it is no echo, like 20. Both say nothing about the bay.',
      'A temperature of exactly 0.0 °C cannot be told from "no probe" and is left out.',
      aboveTheBay,
    ],
  },
  'dragino-lds02': {
    says: 'Open or closed at every change and once a day, battery, count of openings, alarm.',
    sources: `${lorawanDevices}: vendor/dragino/lds02-codec.yaml; chirpstack/chirpstack-device-profiles (MIT).`,
    doubts: [
      'A published example is cut to 7 bytes, and the codec reads past its end. From such a frame the state and the battery are taken, nothing else.',
      'Published beside the distance sensors, but it reports once a day: a type of its own, so that it is not called silent.',
    ],
  },
  'libelium-smart-parking': {
    says: 'State, low battery and a counter in every frame; temperature in version 2, battery voltage at the start in version 1.',
    sources: 'Libelium PARKING-V1 user manual; ecklm/LorIoT-parking-sensor-data-bridge.',
    doubts: [
      'No port is published: any port of an application is read, and the length tells the firmware.',
      'The raw temperature of version 1 has no published formula and is left out.',
      'A frame of type "error" is not believed about the bay.',
    ],
  },
  'milesight-udl': {
    says: 'Distance, battery in per cent, temperature, tilt, alarms of its own thresholds; device information and answers to settings.',
    sources:
      'Milesight-IoT/SensorDecoders: em-series; recorded EM500-UDL of the hackathon data set of afaqmvirk (no licence stated).',
    doubts: [
      'The models use other channels, but never the same for different things, so one decoder reads all of them.',
      'EM410 reads the distance as signed, with values for "no target" and "sensor broken"; from 0x8000 on it is no distance.',
      'The length of a history record differs between the vendor’s pages (6 and 11 bytes): history ends the reading of a frame, and never counts as the present.',
      'Stored history, locations and radar strength are not read; a distance mutation of EM500 (`83 e9`) is refused.',
      aboveTheBay,
    ],
  },
  'netvox-r719a': {
    says: 'Car or none with battery, at changes and at least every "max time"; version at the start; answers to settings.',
    sources: `${lorawanDevices}: vendor/netvox/r719a-codec.yaml; ${dataConverters} (Apache-2.0).`,
    doubts: [
      'Bit 7 of the battery is "low" on the vendor’s devices; the description of this one does not repeat it. It is masked.',
      '"Max time" can be set to more than the heartbeat here; then the bay goes unknown between reports.',
    ],
  },
  'nwave-ncc405': {
    says: 'Count of cars in a lane (low 16 bits); heartbeat with battery; start-up with firmware and cause.',
    sources: `${lorawanDevices}: vendor/nwave/ncc405.js, ncc405-codec.yaml; ${dataConverters} (Apache-2.0).`,
    doubts: [
      'Battery is 2500 + 4x mV by the codec and 2400 + 5x by the guide; the codec’s example and the sister model agree on the first.',
      'Three readings of the health byte give three numbers; it is not read.',
    ],
  },
  'nwave-nps310sm': {
    says: 'Status at every change, heartbeat once a day, start-up with firmware and cause. No battery.',
    sources: `${lorawanDevices}: vendor/nwave/nps310sm.js, nps310sm-codec.yaml (Apache-2.0).`,
    doubts: [],
  },
  'nwave-nps405': {
    says: 'Status with the length of the state before, heartbeat with battery and temperature, start-up, tags.',
    sources: `${lorawanDevices}: vendor/nwave/nps405.js, nps405-codec.yaml (Apache-2.0); ${dataConverters} (Apache-2.0); the vendor’s wiki.`,
    doubts: [
      'A reformatted copy of the codec has state and duration the other way round; the published example fits bit 0 only.',
      'The length of the state before is in steps that grow from 1 to 60 minutes; the error is given with it.',
    ],
  },
  'plenom-kuando-busylight': {
    says: 'A light to be set (red, green, blue, on and off time); a keep-alive with what it shows.',
    sources: `Plenom manual 4.2.2; ${lorawanDevices}: vendor/plenom; chirpstack/chirpstack-device-profiles (MIT); akenza-io/device-type-library (MIT); tago-io/decoders.`,
    doubts: [
      'The order is red, blue, green; one open platform sends another.',
      'The manual gives the times in 1/100 s in one place and in 1/10 s in another; 1/100 s, since the uplink repeats what was sent.',
      'After a start it glows dim green: it looks free until it is told otherwise.',
    ],
  },
  'pni-placepod': {
    says: 'Status and keep-alive as items, several in one frame; battery, temperature, count of vehicles, answers.',
    sources: 'sjkp/PNI.PlacePod; akenza-io/device-type-library (MIT); tago-io/decoders.',
    doubts: [
      'Temperatures below zero are read as two’s complement; a value that fits only sign and magnitude is left out.',
      'One decoder stops at the internal channels 5 and 6 and loses what follows; here their length is taken from their type.',
      'An empty payload is a start.',
    ],
  },
  'radiobridge-rbs301-dws': {
    says: 'Open or closed at every change, supervisory message with battery once a day, tamper, start-up, a packet counter.',
    sources:
      'RadioBridge/Packet-Decoder (MIT); recorded devices of the hackathon data set of afaqmvirk (no licence stated).',
    doubts: [
      'Two descriptions disagree on the flags of the supervisory message; the battery comes from its own byte.',
    ],
  },
  'tekzitel-tekzipark': {
    says: 'State, temperature and parking id in every message; keep-alive, start and change are told apart by flags.',
    sources: `${lorawanDevices}: vendor/tekzitel/tekzipark.js, tekzipark-codec.yaml (Apache-2.0).`,
    doubts: ['A message that is both keep-alive and "after reset" counts as a heartbeat.'],
  },
};

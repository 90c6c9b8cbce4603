import { type DeviceType } from '../../adapters/lorawan/device-type.ts';
import { deviceTypes } from '../../adapters/lorawan/device-types.ts';
import { type OccupancyThresholds } from '../../adapters/lorawan/occupancy-thresholds.ts';
import { deviceTypeNotes, type DeviceTypeNotes } from './device-type-notes.ts';

/** Every type that can be registered, from the registry itself. Throws where nobody has written about a type. */
export function deviceTypesPage(): string {
  return [
    '# Device types',
    '',
    'Generated from the registry in `adapters/lorawan/device-types.ts` and the notes in',
    '`docs/devices/device-type-notes.ts`: `npm run docs`. How to write one more: [adding a device](adding-a-device.md).',
    '',
    'A device is silent when it was not heard for 2.2 times its heartbeat. Thresholds are defaults; `SENSOR_THRESHOLDS`',
    'changes them for a type or for one device ([settings](../operations/settings.md)). Between `occupiedBelowMm` and',
    '`vacantFromMm` a message says nothing, so the bay stays as it was; below `blindBelowMm` there is no echo.',
    '',
    '| id | kind | firmware | heartbeat | says | thresholds |',
    '|---|---|---|---|---|---|',
    ...deviceTypes.map(row),
    '',
    ...deviceTypes.flatMap(section),
  ].join('\n');
}

function row(type: DeviceType): string {
  const cells = [
    `[\`${type.id}\`](#${anchorOf(type.id)})`,
    type.kind,
    type.firmware,
    duration(type.heartbeatS),
    notesOf(type).says,
    thresholdsOf(type.thresholds),
  ];
  return `| ${cells.join(' | ')} |`;
}

function section(type: DeviceType): string[] {
  const { doubts, sources } = notesOf(type);
  const lines = [
    `${type.vendor}: ${type.model}.`,
    `Profile names: ${[type.id, ...type.aliases].map((name) => `\`${name}\``).join(', ')}.`,
    ...counterOf(type),
    ...(type.encodeUplink === undefined ? [] : ['Can be simulated.']),
  ];
  return [
    `## ${type.id}`,
    '',
    lines.join(' '),
    '',
    `Sources: ${sources}`,
    '',
    ...doubts.map((doubt) => `- ${doubt}`),
    ...(doubts.length === 0 ? [] : ['']),
  ];
}

function notesOf({ id }: DeviceType): DeviceTypeNotes {
  const notes = deviceTypeNotes[id];
  if (notes === undefined) throw new Error(`docs/devices/device-type-notes.ts says nothing about ${id}`);
  return notes;
}

function counterOf({ counter }: DeviceType): string[] {
  if (counter === undefined) return [];
  return [`Its payload counts ${counter.counts}, modulo ${counter.modulus}.`];
}

function thresholdsOf(thresholds: OccupancyThresholds | undefined): string {
  const values = Object.entries(thresholds ?? {}).filter(([name]) => name !== 'kind');
  return values.map(([name, value]) => `\`${name}\` ${value}`).join('<br>') || '-';
}

function duration(seconds: number): string {
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${seconds / 60} min`;
}

/** How Markdown hosts name headings. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\w\- ]/g, '');
}

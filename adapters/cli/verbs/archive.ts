import {
  archivedParts,
  type ArchiveRange,
  type ListedPart,
} from '../../../application/archive/archive-list.ts';
import { ArchivedParts } from '../../../application/archive/archived-parts.ts';
import { archivePath, frameDayOf } from '../../../application/archive/frame-day.ts';
import { archivedFramesOf } from '../../../application/archive/show-frames.ts';
import { verifyArchive } from '../../../application/archive/verify-archive.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { readDevEui } from '../../../domain/identity/ids.ts';
import { type CompressedFrameArchive } from '../../frame-archive/index.ts';
import { requireId } from '../act.ts';
import { type Answers } from '../answers.ts';
import { type ExitCode } from '../exit-code.ts';
import { Failure, WrongUse } from '../failure.ts';
import { openArchive } from '../system/archiving.ts';
import { type Resources } from '../system/connect.ts';
import { type Invocation, type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

interface Archived extends Resources {
  readonly archive: CompressedFrameArchive;
  readonly parts: ArchivedParts;
}

function withArchive(run: (invocation: Invocation, archived: Archived) => Promise<ExitCode>): Verb {
  return withResources(async (invocation, resources) => {
    const archive = await openArchive(resources.settings);
    if (archive === null) throw new Failure('not-archived', 'ARCHIVE_URL is off: frames are not archived');
    return run(invocation, { ...resources, archive, parts: new ArchivedParts(resources.handlers, archive) });
  });
}

export const archiveList: Verb = withArchive(async ({ answers, output }, { parts, store }) => {
  const items = [];
  for await (const part of archivedParts(store, parts, rangeOf(answers))) items.push(lineOf(part));
  await output.list(items, ['day', 'frames', 'compressed_bytes', 'file'], 'nothing is archived');
  return 0;
});

export const archiveVerify: Verb = withArchive(async ({ answers, output }, { archive, parts, store }) => {
  let found = 0;
  let checked = 0;
  let frames = 0;
  for await (const { findings, part } of verifyArchive(store, archive, parts, rangeOf(answers))) {
    checked += 1;
    frames += part.manifest?.frames ?? 0;
    for (const { code, detail } of findings) {
      found += 1;
      const { day, manifest_sha256, tenant_id } = lineOf(part);
      await output.item(
        { finding: code, tenant_id, day, manifest_sha256, detail },
        `${day}  ${code}  ${detail}`,
      );
    }
  }
  await output.result(
    { checked, frames, findings: found },
    `${checked} archived parts with ${frames} frames checked, ${found} findings`,
  );
  return found === 0 ? 0 : 1;
});

/** Lines of frames whoever asks: they are what goes into tools and reports. */
export const archiveShow: Verb = (invocation) => {
  const { answers, output } = invocation;
  const file = answers.maybeOperand(0);
  const device = answers.text('device');
  if ((file === undefined) === (device === undefined))
    throw new WrongUse('expected either a <file> or --device with --from and --to');
  const devEui = device === undefined ? null : readDevEui(device);
  if (device !== undefined && devEui === null)
    throw new WrongUse(`--device ${device}: expected 16 hex digits`);
  const range = rangeOf(answers);
  return withArchive(async (_, { archive, parts, store }) => {
    const lines =
      devEui === null
        ? archive.readLines(pathOf(file ?? ''))
        : archivedFramesOf(store, archive, parts, { ...range, devEui });
    for await (const line of lines) await output.line(line);
    return 0;
  })(invocation);
};

function rangeOf(answers: Answers): ArchiveRange {
  const tenant = answers.text('tenant');
  return {
    tenantId: tenant === undefined ? undefined : requireId(tenant, 'tenant'),
    from: answers.instant('from'),
    to: answers.instant('to'),
  };
}

function lineOf({ damage, day, manifest, manifestSha256, recordedAt }: ListedPart) {
  return {
    tenant_id: day.tenantId,
    day: day.from.slice(0, 10),
    from: day.from,
    to: day.to,
    frames: manifest?.frames ?? null,
    first_revision: manifest?.first_revision ?? null,
    last_revision: manifest?.last_revision ?? null,
    file: manifest?.file ?? null,
    bytes: manifest?.bytes ?? null,
    compressed_bytes: manifest?.compressed_bytes ?? null,
    sha256: manifest?.sha256 ?? null,
    compressed_sha256: manifest?.compressed_sha256 ?? null,
    manifest_sha256: manifestSha256,
    previous: manifest?.previous ?? null,
    archived_at: recordedAt,
    damage,
  };
}

/** Also the last part of a path will do: it names the stream, and with it the folder. */
function pathOf(file: string): string {
  if (file.includes('/')) return file;
  const day = frameDayOf(file.split('-').slice(0, 3).join('-') as StreamName);
  if (day === null) throw new WrongUse(`${file}: expected a file that "bayledger archive list" shows`);
  return `${archivePath(day).split('/').slice(0, -1).join('/')}/${file}`;
}

import {
  type Backlog,
  FrameArchiver,
  type TenantSince,
} from '../../../application/archive/frame-archiver.ts';
import { epochMs } from '../../../domain/time/instant.ts';
import { manyTenants } from '../../../projections/tenants/queries.ts';
import { type Settings } from '../../config/index.ts';
import {
  type ArchivePlace,
  type CompressedFrameArchive,
  openFrameArchive,
} from '../../frame-archive/index.ts';
import { type HealthCheck } from '../../http/dependencies.ts';
import { type Metrics } from '../../telemetry/index.ts';
import { now } from '../act.ts';
import { everyPage } from '../every-page.ts';
import { type Resources } from './connect.ts';

/** Where frames are archived; null: archiving is switched off. */
export async function openArchive(settings: Settings): Promise<CompressedFrameArchive | null> {
  const place = placeOf(settings);
  return place === null ? null : openFrameArchive(place, settings.dataDir);
}

function placeOf({ archiveUrl, dataDir }: Settings): ArchivePlace | null {
  switch (archiveUrl.kind) {
    case 'off':
      return null;
    case 'folder':
      return { kind: 'folder', folder: archiveUrl.path ?? `${dataDir}/archive` };
    case 's3': {
      const { credentials, ...place } = archiveUrl;
      return { ...place, ...(credentials === undefined ? {} : { credentials: credentials.reveal() }) };
    }
  }
}

/** The policy in whole seconds: how long frames are kept before they are archived. */
export function framesPolicyS({ framesKept }: Settings): number {
  return Math.round(framesKept / 1000);
}

export async function* tenantsSince({ read }: Pick<Resources, 'read'>): AsyncGenerator<TenantSince> {
  const tenants = await everyPage((page) => manyTenants(read, page));
  for (const { registeredAt, tenantId } of tenants) yield { tenantId, since: registeredAt };
}

export function makeArchiver(resources: Resources, archive: CompressedFrameArchive): FrameArchiver {
  const { handlers, log, settings, store } = resources;
  return new FrameArchiver({
    store,
    handlers,
    archive,
    tenants: () => tenantsSince(resources),
    now,
    keepFramesS: framesPolicyS(settings),
    on: {
      archived: ({ file, frames }) => log.info({ file, frames }, 'frames were archived'),
      lost: (stream, from, to) =>
        log.error(
          { stream, from_revision: from, to_revision: to },
          'frames had expired before they were archived',
        ),
      prolonged: (stream, keptS) =>
        log.warn({ stream, kept_s: keptS }, 'frames that could not be archived yet are kept longer'),
      failed: (stream, error) => log.error({ err: error, stream }, 'frames could not be archived'),
    },
  });
}

/** What is due and not archived. NaN until the archiver of this process has looked everywhere: 0 would be a promise. */
export function watchArchiver(archiver: FrameArchiver, metrics: Metrics): void {
  const gauge = (name: string, help: string, value: (backlog: Backlog) => number): void => {
    metrics.gauge(name, help, [], (one) => {
      one.set(archiver.backlog === null ? Number.NaN : value(archiver.backlog));
    });
  };
  gauge(
    'parking_frames_not_archived',
    'Frames that are older than their policy and not archived',
    ({ frames }) => frames,
  );
  gauge(
    'parking_frames_not_archived_oldest_seconds',
    'Age of the oldest day with such frames; 0: there is none',
    ({ oldest }) => (oldest === null ? 0 : Math.max(0, (epochMs(now()) - epochMs(oldest)) / 1000)),
  );
}

/** Degraded from seven days before frames would be lost. */
export function archiveCheck(archiver: FrameArchiver): HealthCheck {
  return {
    name: 'frames_archive',
    required: false,
    run: () => {
      const { days = 0, frames = 0, isAlarming = false, oldest = null } = archiver.backlog ?? {};
      return Promise.resolve({
        status: isAlarming ? 'degraded' : 'healthy',
        ...(frames === 0 ? {} : { frames_not_archived: frames, days, oldest }),
      });
    },
  };
}

import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type SiteSilenceFacts, type SiteToLookAt } from '../../application/ports/site-silence-facts.ts';
import { type SensorOfSite, type Stretch } from '../../domain/site/whole-silence.ts';
import { instant, nullableInstant } from '../reading/row-parsers.ts';

const siteRow = z
  .object({ tenant_id: z.string(), site_id: z.string(), version: z.string() })
  .transform((row): SiteToLookAt => ({
    tenantId: row.tenant_id,
    siteId: row.site_id,
    version: row.version,
  }));

const stretchRow = z.object({
  dev_eui: z.string(),
  is_silence: z.boolean(),
  from_at: instant,
  to_at: nullableInstant,
});

/** What they are read from. */
export const readModelsOfSiteSilence = ['incidents', 'device_assignments', 'spaces_current'] as const;

export function siteSilenceFacts(
  database: CommonQueryMethods,
  caughtUp: SiteSilenceFacts['caughtUp'],
): SiteSilenceFacts {
  return {
    caughtUp,
    sites: (since) => {
      const recent =
        since === null
          ? sql.fragment`TRUE`
          : sql.fragment`(i.started_at >= ${since}::timestamptz OR i.ended_at IS NULL)`;
      return database.any(sql.type(siteRow)`
        SELECT tenant_id, site_id, count(*) || '/' || sum(revision) AS version
        FROM (
          SELECT i.tenant_id, s.site_id, i.dev_eui, i.revision
          FROM read_model.incidents AS i
          JOIN read_model.device_assignments AS a ON a.tenant_id = i.tenant_id AND a.dev_eui = i.dev_eui
            AND a.role = 'sensor' AND a.from_at <= i.started_at
            AND (a.to_at IS NULL OR a.to_at > i.started_at)
          JOIN read_model.spaces_current AS s ON s.tenant_id = a.tenant_id AND s.space_id = a.space_id
          WHERE i.kind = 'device-stale' AND ${recent}
          UNION ALL
          SELECT tenant_id, site_id, NULL, revision
          FROM read_model.incidents WHERE kind = 'site-silence' AND ended_at IS NULL
        ) AS silent
        GROUP BY tenant_id, site_id
        HAVING count(DISTINCT dev_eui) >= 2 OR bool_or(dev_eui IS NULL)
        ORDER BY tenant_id, site_id`);
    },
    sensorsOf: async ({ tenantId, siteId }) => {
      const rows = await database.any(sql.type(stretchRow)`
        WITH watches AS (
          SELECT a.dev_eui, a.from_at, a.to_at
          FROM read_model.spaces_current AS s
          JOIN read_model.device_assignments AS a ON a.tenant_id = s.tenant_id AND a.space_id = s.space_id
          WHERE s.tenant_id = ${tenantId}::uuid AND s.site_id = ${siteId}::uuid AND a.role = 'sensor'
        )
        SELECT dev_eui, FALSE AS is_silence, from_at, to_at FROM watches
        UNION ALL
        SELECT i.dev_eui, TRUE, i.started_at, i.ended_at
        FROM read_model.incidents AS i
        WHERE i.tenant_id = ${tenantId}::uuid AND i.kind = 'device-stale' AND i.status <> 'retracted'
          AND i.source_id IN (SELECT dev_eui FROM watches)
        ORDER BY dev_eui, is_silence, from_at`);
      return sensorsOf(rows);
    },
  };
}

function sensorsOf(rows: readonly z.infer<typeof stretchRow>[]): readonly SensorOfSite[] {
  const sensors = new Map<string, { watches: Stretch[]; silences: Stretch[] }>();
  for (const { dev_eui: devEui, is_silence: isSilence, from_at: from, to_at: to } of rows) {
    const sensor = sensors.get(devEui) ?? { watches: [], silences: [] };
    sensors.set(devEui, sensor);
    (isSilence ? sensor.silences : sensor.watches).push({ from, to });
  }
  return [...sensors].map(([devEui, sensor]) => ({ devEui, ...sensor }));
}

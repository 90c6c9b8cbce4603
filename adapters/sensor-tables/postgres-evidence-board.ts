import { type Pool } from 'pg';
import { type EvidenceBoard, type IntakeWord } from '../../application/ports/evidence-board.ts';
import { type Evidence } from '../../domain/frames/evidence.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { instantSql } from './rows.ts';

const NAME = 'sensor-process';

interface Row {
  readonly through: Instant;
  readonly by_tenant: Readonly<Record<string, Instant>>;
}

interface IntakeRow extends Row {
  readonly intake: string;
  readonly written_at: Instant;
}

/** The tables `sensing.intake_leases` and `sensing.evidence_through`. */
export class PostgresEvidenceBoard implements EvidenceBoard {
  readonly #pool: Pick<Pool, 'query'>;

  constructor(pool: Pick<Pool, 'query'>) {
    this.#pool = pool;
  }

  /** One statement: there is no moment in which neither the old intake nor the new one speaks for a frame. */
  async report(
    { byTenant, intake, through, writtenAt }: IntakeWord,
    covered: readonly string[] = [],
  ): Promise<void> {
    await this.#pool.query(
      `WITH gone AS (DELETE FROM sensing.intake_leases WHERE intake = ANY ($5::text[]) AND intake <> $1)
       INSERT INTO sensing.intake_leases (intake, written_at, through, by_tenant) VALUES ($1, $2, $3, $4)
       ON CONFLICT (intake) DO UPDATE
       SET written_at = excluded.written_at, through = excluded.through, by_tenant = excluded.by_tenant`,
      [intake, writtenAt, through, JSON.stringify(Object.fromEntries(byTenant)), covered],
    );
  }

  async withdraw(intake: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query('DELETE FROM sensing.intake_leases WHERE intake = $1', [
      intake,
    ]);
    return rowCount === 1;
  }

  async intakes(): Promise<readonly IntakeWord[]> {
    const { rows } = await this.#pool.query<IntakeRow>(
      `SELECT intake, ${instantSql('written_at')}, ${instantSql('through')}, by_tenant
       FROM sensing.intake_leases ORDER BY intake`,
    );
    return rows.map((row) => ({ intake: row.intake, writtenAt: row.written_at, ...evidenceOfRow(row) }));
  }

  async publish({ byTenant, through }: Evidence, at: Instant): Promise<void> {
    await this.#pool.query(
      `INSERT INTO sensing.evidence_through (name, written_at, through, by_tenant) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name) DO UPDATE
       SET written_at = excluded.written_at, through = excluded.through, by_tenant = excluded.by_tenant`,
      [NAME, at, through, JSON.stringify(Object.fromEntries(byTenant))],
    );
  }

  async published(): Promise<Evidence | null> {
    const { rows } = await this.#pool.query<Row>(
      `SELECT ${instantSql('through')}, by_tenant FROM sensing.evidence_through WHERE name = $1`,
      [NAME],
    );
    const [row] = rows;
    return row === undefined ? null : evidenceOfRow(row);
  }
}

function evidenceOfRow({ by_tenant, through }: Row): Evidence {
  return { through, byTenant: new Map(Object.entries(by_tenant)) };
}

import { pool, sql } from '../db.js'
import { WorkspaceStatus } from '../statuses.js'

export async function createWorkspace(organizationId: string, name: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    'INSERT INTO workspaces (organization_id, name, status) VALUES ($1, $2, $3) RETURNING id',
    [organizationId, name, WorkspaceStatus.Provisioning],
  )
  const id = rows[0]!.id
  await pool.query(
    sql`INSERT INTO jobs (workspace_id, task, status) VALUES (${id}, ${'provision'}, ${'queued'})`,
  )
  await recordEvent(id, 'created', 'awaiting_agent')
  return id
}

/** A demo organization has one workspace in each state that the tour shows. */
export async function createTour(organizationId: string): Promise<void> {
  await pool.query(
    `INSERT INTO workspaces (organization_id, name, status) VALUES
       ($1, 'Getting started', 'online'),
       ($1, 'Nightly build', 'paused'),
       ($1, 'Broken on purpose', 'failed')
     ON CONFLICT (organization_id, name) DO UPDATE SET status = excluded.status`,
    [organizationId],
  )
}

/** The event log keeps the words that were used at the time: its status is text. */
export async function recordEvent(workspaceId: string, kind: string, status?: string): Promise<void> {
  await pool.query(
    `INSERT INTO workspace_events (workspace_id, kind, status) VALUES ($1, $2, coalesce($3, 'awaiting_agent'))`,
    [workspaceId, kind, status],
  )
}

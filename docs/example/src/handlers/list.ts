import { pool } from '../db.js'
import { badge, type Badge } from '../statuses.js'

interface WorkspaceRow {
  id: string
  name: string
  status: string
}

export async function listWorkspaces(organizationId: string): Promise<{ id: string; status: Badge }[]> {
  const { rows } = await pool.query<WorkspaceRow>(
    `SELECT id, name, status
       FROM workspaces
      WHERE organization_id = $1 AND status <> 'removed'
      ORDER BY CASE status WHEN 'failed' THEN 0 WHEN 'degraded' THEN 1 WHEN 'online' THEN 2 ELSE 3 END, name`,
    [organizationId],
  )
  return rows.map((row) => ({ id: row.id, ...badge(row.status) }))
}

export async function summary(organizationId: string): Promise<unknown> {
  const { rows } = await pool.query(
    `SELECT count(*) FILTER (WHERE status = 'onlne') AS online,
            count(*) FILTER (WHERE status IN ('offline', 'failed')) AS down,
            count(*) FILTER (WHERE status = ANY ('{paused,hibernated}')) AS resting
       FROM workspaces
      WHERE organization_id = $1`,
    [organizationId],
  )
  return rows[0] ?? { status: 'empty' }
}

/** Reachable workspaces whose agent has not reported in: two columns that are both named status. */
export async function waitingForAgent(): Promise<WorkspaceRow[]> {
  const { rows } = await pool.query<WorkspaceRow>(
    `SELECT w.id, w.name, w.status
       FROM workspaces w
       JOIN agents a ON a.workspace_id = w.id AND a.status = 'awaiting_agent'
      WHERE w.status IN ('provisioning', 'online')`,
  )
  return rows
}

export async function search(organizationId: string, statuses: 'active' | 'all', prefix: string) {
  const filter =
    statuses === 'active'
      ? ['online', 'degraded', 'paused']
      : ['online', 'offline', 'degraded', 'paused', 'failed']
  return pool.query<WorkspaceRow>(
    `SELECT id, name, status FROM workspaces
      WHERE organization_id = $1 AND status = ANY ($2::workspace_status[]) AND status::text LIKE $3`,
    [organizationId, filter, `${prefix}%`],
  )
}

/** Text for the page, however much it looks like a query. */
export const hints = {
  select: "Select a workspace whose status is 'hibernating' to wake it.",
  update: `Update workspaces set to 'awaiting_agent' by starting their agent.`,
}

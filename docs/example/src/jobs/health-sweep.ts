import { pool, sql } from '../db.js'

interface Probe {
  id: string
  reachable: boolean
  agentRunning: boolean
}

/** Every five minutes: asks each machine and writes down what it says. */
export async function healthSweep(probe: (id: string) => Promise<Probe>): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    sql`SELECT id FROM workspaces WHERE status NOT IN ('removed', 'paused', 'hibernated')`,
  )
  for (const { id } of rows) {
    const { reachable, agentRunning } = await probe(id)
    await pool
      .query(
        sql`UPDATE workspaces
               SET status = CASE
                     WHEN NOT ${reachable}::boolean THEN 'offline'::workspace_status
                     WHEN NOT ${agentRunning}::boolean THEN 'awaiting_agent'
                     ELSE 'online'
                   END
             WHERE id = ${id}`,
      )
      .catch(() => undefined)
  }
}

/** Failed for a day: try once more. */
export async function retryFailed(): Promise<void> {
  await pool.query(
    `UPDATE workspaces SET status = 'provisioning'
      WHERE status = 'failed' AND updated_at < now() - interval '1 day'`,
  )
  await pool.query(
    `UPDATE jobs SET status = 'queued', attempts = attempts + 1 WHERE status = 'failed' AND task = 'provision'`,
  )
}

/** How many hibernations the log has seen: the status inside the payload is JSON. */
export async function hibernations(): Promise<number> {
  const { rows } = await pool.query<{ n: string }>(
    `SELECT count(*) AS n FROM workspace_events e
       JOIN workspaces w ON w.id = e.workspace_id AND w.status <> 'removed'
      WHERE e.payload ->> 'status' = 'hibernating' OR e.status = 'hibernating'`,
  )
  return Number(rows[0]?.n ?? 0)
}

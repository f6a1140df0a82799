import { pool } from '../db.js'

const AWAITING_AGENT = 'awaiting_agent'

/** Every minute: what has not been seen for a while is offline; what came back waits for its agent. */
export async function liveness(): Promise<void> {
  await pool.query(
    `WITH silent AS (
       SELECT id FROM workspaces WHERE status IN ('online', 'degraded') AND last_seen_at < now() - interval '5 minutes'
     )
     UPDATE workspaces w SET status = 'offline', updated_at = now() FROM silent WHERE w.id = silent.id`,
  )

  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM workspaces WHERE status = $1 AND last_seen_at > now() - interval '1 minute'`,
    ['offline'],
  )
  for (const { id } of rows) {
    try {
      await pool.query('UPDATE workspaces SET status = $1 WHERE id = $2', [AWAITING_AGENT, id])
    } catch (error) {
      console.warn('liveness: could not update', id, error)
    }
  }
}

export async function idle(): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE workspaces SET status = 'paused', idle_since = now()
      WHERE status = 'online'::workspace_status AND idle_since < now() - $1::interval`,
    ['2 hours'],
  )
  return rowCount ?? 0
}

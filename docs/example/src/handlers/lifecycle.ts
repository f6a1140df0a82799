import { pool, sql } from '../db.js'
import { WorkspaceStatus } from '../statuses.js'
import { recordEvent } from './create.js'

export async function pause(id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    sql`UPDATE workspaces SET status = ${WorkspaceStatus.Paused} WHERE id = ${id} AND status IN ('online', 'degraded')`,
  )
  return rowCount === 1
}

export async function resume(id: string, healthy: boolean): Promise<void> {
  await pool.query(
    sql`UPDATE workspaces SET status = ${healthy ? 'online' : 'degraded'}, idle_since = NULL WHERE id = ${id}`,
  )
}

/** Frees the machine and keeps the disk. */
export async function hibernate(id: string, stopMachine: (id: string) => Promise<void>): Promise<void> {
  await setStatus(`UPDATE workspaces SET status = 'hibernating'::workspace_status WHERE id = $1`, id)
  await recordEvent(id, 'hibernation', 'hibernating')
  await stopMachine(id)
  await setStatus(`UPDATE workspaces SET status = 'hibernated' WHERE id = $1`, id)
}

export async function remove(id: string): Promise<void> {
  await pool.query("UPDATE workspaces SET status = CAST('removed' AS workspace_status) WHERE id = $1", [id])
  await pool.query("UPDATE jobs SET status = 'cancelled' WHERE workspace_id = $1 AND status = 'queued'", [id])
}

/** A status is news for the dashboard, not worth failing the request. */
async function setStatus(statement: string, id: string): Promise<void> {
  await pool.query(statement, [id]).catch((error: unknown) => {
    console.debug('status not set', id, error)
  })
}

import { pool } from '../db.js'
import { recordEvent } from './create.js'

/** The provisioner says that the machine is up; its agent will register in a moment. */
export async function preRegister(workspaceId: string, agentVersion: string): Promise<void> {
  await pool.query(`INSERT INTO agents (workspace_id, version, status) VALUES ($1, $2, 'awaiting_agent')`, [
    workspaceId,
    agentVersion,
  ])
  try {
    await pool.query(
      `UPDATE workspaces SET status = 'awaiting_agent', updated_at = now() WHERE id = $1 AND status = 'provisioning'`,
      [workspaceId],
    )
  } catch {
    // The health sweep repeats it.
  }
}

/** The agent's first call. */
export async function register(agentId: string): Promise<void> {
  const { rows } = await pool.query<{ workspace_id: string }>(
    `UPDATE agents SET status = 'registered', registered_at = now() WHERE id = $1 RETURNING workspace_id`,
    [agentId],
  )
  const workspaceId = rows[0]?.workspace_id
  if (workspaceId === undefined) return
  await pool.query(
    `UPDATE workspaces
        SET status = 'online', last_error = NULL, last_seen_at = now(), updated_at = now()
      WHERE id = $1 AND status IS DISTINCT FROM 'removed'`,
    [workspaceId],
  )
  await recordEvent(workspaceId, 'registered')
}

export async function registrationFailed(workspaceId: string, error: Error): Promise<void> {
  const status = 'failed'
  await pool.query({
    text: 'UPDATE workspaces SET status = $2, last_error = $3 WHERE id = $1',
    values: [workspaceId, status, error.message],
  })
}

/** What the dashboard shows. Not what the database holds: 'starting' and 'asleep' are words for people. */
export type Badge = 'starting' | 'ready' | 'asleep' | 'broken' | 'gone'

export const WorkspaceStatus = {
  Provisioning: 'provisioning',
  Online: 'online',
  Offline: 'offline',
  Paused: 'paused',
} as const

export function badge(status: string): { status: Badge } {
  switch (status) {
    case 'online':
    case 'degraded':
      return { status: 'ready' }
    case 'paused':
    case 'hibernated':
      return { status: 'asleep' }
    case 'failed':
    case 'offline':
      return { status: 'broken' }
    case 'removed':
      return { status: 'gone' }
    default:
      return { status: 'starting' }
  }
}

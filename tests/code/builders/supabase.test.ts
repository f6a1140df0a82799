import { describe, it } from 'vitest'
import { check } from './check.js'

const cases: Record<string, readonly string[]> = {
  writes: [
    `await supabase.from('workspaces').insert({ status: «'onlne'», name: 'onlne', plan: «'gold'» })`,
    `await supabase.from('workspaces').insert([{ status: 'online' }, { status: «'onlne'» }]).select()`,
    `await supabase.from('workspaces').upsert({ status: «'onlne'» }, { onConflict: 'id' })`,
    `await supabase.from('workspaces').update({ status: «'onlne'», settings: { status: 'onlne' } }).eq('id', 1)`,
    `await supabase.schema('auth').from('users').insert({ user_role: «'root'» })`,
    `const client = createClient(url, key, { db: { schema: 'auth' } }); await client.from('users').insert({ user_role: «'root'» })`,
    `async function f(client: SupabaseClient<Database, 'auth'>) { await client.from('users').insert({ user_role: «'root'» }) }`,
    `await supabase.from('users').insert({ user_role: 'root' })`,
  ],
  filters: [
    `const COLUMN = 'status'; supabase.from('workspaces').select().eq(COLUMN, «'onlne'»)`,
    `supabase.from('workspaces').select('*').eq('status', «'onlne'»).neq('status', «'of'»)`,
    `supabase.from('workspaces').select('*').in('status', ['online', «'onlne'»])`,
    `supabase.from('workspaces').delete().match({ status: «'onlne'», name: 'onlne' })`,
    `supabase.from('workspaces').select().filter('status', 'eq', «'onlne'»)`,
    `supabase.from('workspaces').select().filter('status', 'in', '(online,«onlne»,"«of»")')`,
    `supabase.from('workspaces').select().not('status', 'eq', «'onlne'»).not('status', 'in', '(«onlne»)').not('status', 'is', null)`,
    `supabase.from('workspaces').select().or('status.eq.«onlne»,name.eq.onlne')`,
    `supabase.from('workspaces').select().or('status.eq.online,and(name.eq.x,status.not.in.(online,«of»))')`,
    `const S = 'onlne'; supabase.from('workspaces').select().or(\`status.eq.\${«S»},name.eq.\${S}\`)`,
    `supabase.from('workspaces').select().contains('history', [«'onlne'»]).overlaps('history', ['online'])`,
    `supabase.from('workspaces').select().filter('history', 'cs', '{online,«onlne»}')`,
    `supabase.from('workspaces').select('*, agents(*)').eq('agents.agent_kind', «'onlne'»).eq('agents.status', 'onlne')`,
    `const S = ['online', 'onlne']; supabase.from('workspaces').select().or(\`status.is.null,status.in.(\${«S».join(',')})\`)`,
    `const S = ['online', 'offline']; supabase.from('workspaces').select().or(\`status.in.(\${S.join(',')})\`)`,
    `const S = 'online,offline'; supabase.from('workspaces').select().or(\`status.in.(\${S})\`)`,
    `supabase.from('workspaces').select().not('status', 'in', \`(\${['online', «'onlne'»].join(', ')})\`)`,
    `supabase.from('workspaces').select('*, agents(*)').or('agent_kind.eq.«onlne»', { referencedTable: 'agents' })`,
    `let q = supabase.from('workspaces').select(); if (x) q = q.eq('status', «'onlne'»)`,
    `const { data } = await supabase.from('workspaces').select().eq('status', «'onlne'»).single()`,
    `supabase.from('workspaces').select().gt('status', «'onlne'»).eq('plan', «'gold'»).gt('plan', 'gold')`,
    `channel.on('postgres_changes', { event: 'UPDATE', schema: 'public', table: 'workspaces', filter: 'status=eq.«onlne»' }, f)`,
  ],
  functions: [
    `await supabase.rpc('set_status', { workspace: 1, new_status: «'onlne'» })`,
    `await supabase.rpc('set_status', { workspace: 1, new_status: ok ? 'online' : «'onlne'», seen: ['offline', «'of'»] }).single()`,
    `const args = { workspace: 1, new_status: 'onlne' as const }; supabase.rpc('set_status', «args»)`,
    `supabase.schema('auth').rpc('grant_role', { member: 1, granted: «'root'» }, { count: 'exact' })`,
    `supabase.rpc('grant_role', { member: 1, granted: 'root' })`,
    `supabase.rpc('set_status', { workspace: 1, state: 'onlne', new_status: 'onlne' })`,
    `supabase.rpc('set_plan', { workspace: 1, new_plan: «'gold'» }); supabase.rpc('set_plan', { workspace: 1, new_plan: 'free' })`,
    `supabase.rpc('pick', { kind: 'onlne' })`,
    `supabase.rpc('unknown', { new_status: 'onlne' })`,
  ],
  traps: [
    `supabase.storage.from('workspaces').update({ status: 'onlne' })`,
    `supabase.from('workspaces').select().order('status', { ascending: true }).is('status', null).like('status', 'o%')`,
    `supabase.from('workspaces').select().eq('settings->>status', 'onlne')`,
    `supabase.from('projects').insert({ status: 'onlne' })`,
    `Array.from('workspaces').filter('status', 'eq', 'onlne')`,
    `Buffer.from('workspaces').update({ status: 'onlne' })`,
    `supabase.from('agents').select().eq('status', 'onlne')`,
    `supabase.from('agents').select('*, w:workspaces(*)').eq('workspaces.status', 'onlne')`,
    `supabase.from('workspaces').select().or('name.eq.status.eq.onlne')`,
  ],
}

describe.each(Object.entries(cases))('supabase %s', (_, codes) => {
  it.each(codes)('%s', (code) => check(code))
})

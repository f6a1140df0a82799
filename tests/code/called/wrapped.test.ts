import { describe, test } from 'vitest'
import { Files } from '../../project/files.js'
import { check } from '../sql/check.js'

const SET = `(id: string, status: string) => db.query('UPDATE workspaces SET status = $2 WHERE id = $1', [id, status])`

/** A module that exports what a wrapper makes of a function. */
const wrapped = (imports: string, wrap: string): string =>
  `${imports}\nexport const set = ${wrap.replace('FN', SET)}\n`

const KNOWN = {
  'react.ts': wrapped(`import { cache } from 'react'`, 'cache(async FN)'),
  'renamed.ts': wrapped(`import { cache as reactCache } from 'react'`, 'reactCache(FN)'),
  'member.ts': wrapped(`import * as React from 'react'`, 'React.cache(FN)'),
  'whole.ts': wrapped(`import React from 'react'`, 'React.useCallback(FN, [])'),
  'next.ts': wrapped(`import { unstable_cache } from 'next/cache'`, `unstable_cache(FN, ['x'])`),
  'twice.ts': wrapped(
    `import { cache } from 'react'\nimport { unstable_cache } from 'next/cache'`,
    `cache(unstable_cache(FN, ['x']))`,
  ),
  'lodash.ts': wrapped(`import { memoize } from 'lodash-es'`, 'memoize(FN, (id) => id)'),
  'single.ts': wrapped(`import once from 'lodash/once'`, 'once(FN)'),
  'required.js': `const _ = require('lodash')\nexports.set = _.debounce(${SET.replaceAll(': string', '')}, 100)\n`,
  'named.ts': `import { cache } from 'react'\nasync function put${SET.replace('=>', '{ return')} }\nexport const set = cache(put)\n`,
}

const OWN = {
  'wrappers.ts': `import { cache } from 'react'
export function traced(name: string, fn) { return async (...args) => { const span = start(name); try { return await fn(...args) } finally { span.end() } } }
export const retried = (fn) => (...args) => retry(() => fn(...args))
export const deduped = (key, fn) => (id, status) => { const known = get(key(id)); if (known) return known; return put(fn(id, status)) }
export function memoized(fn) { const cached = cache(async (...args) => fn(...args)); const outer = async (...args) => cached(...args); return outer }
export const inTransaction = (fn) => (...args) => db.tx((t) => fn(t, ...args))
export const swapped = (fn) => (id, status) => fn(status, id)
export const upper = (fn) => (id, status) => fn(id, status.toUpperCase())
export const other = (fn) => (...args) => { const all = args.slice(1); return fn(...all) }
export const shadowed = (fn) => (...args) => items.map((...args) => fn(...args.slice(1)))
export const opaque = (fn) => make(fn)
export const kept = (fn) => (...args) => { if (args.length > 1) return fn(...args); return fn('x') }
`,
  ...Object.fromEntries(
    [
      'traced',
      'retried',
      'deduped',
      'memoized',
      'inTransaction',
      'swapped',
      'upper',
      'other',
      'shadowed',
      'opaque',
      'kept',
    ].map((name) => [
      `${name}.ts`,
      wrapped(
        `import { ${name} } from './wrappers'`,
        `${name}(${name === 'traced' ? "'set', " : name === 'deduped' ? '(id) => id, ' : ''}FN)`,
      ),
    ]),
  ),
}

describe('functions that a package gives back as they are', () => {
  test.each(Object.keys(KNOWN))('%s', (file) => {
    const filename = new Files(KNOWN).path('file.ts')
    check(
      `import { set } from './${file.replace(/\.\w+$/, '')}'; set('onlne', 'offline'); set('1', «'onlne'»)`,
      { filename },
    )
  })

  test.each([
    `import { cache } from 'react'; const set = cache((status: string) => db.query('UPDATE workspaces SET status = $1', [«status»])); set('onlne')`,
    `import { useCallback } from 'react'; function Page() { const set = useCallback(async (status: string) => { await supabase.from('workspaces').update({ status: «status» }) }, []); return () => set('onlne') }`,
    `import { cache } from './cache'; const set = cache((status: string) => db.query('UPDATE workspaces SET status = $1', [status])); set('onlne')`,
  ])('in the same file: %s', (text) => check(text))
})

describe('functions that a function of the project makes others of', () => {
  test.each(['traced', 'retried', 'deduped', 'memoized'])('%s', (file) => {
    check(`import { set } from './${file}'; set('onlne', 'offline'); set('1', «'onlne'»)`, {
      filename: new Files(OWN).path('file.ts'),
    })
  })

  test.each(['inTransaction', 'swapped', 'upper', 'other', 'shadowed', 'opaque', 'kept'])(
    'not where it may give them other arguments: %s',
    (file) => {
      check(`import { set } from './${file}'; set('1', 'onlne')`, {
        filename: new Files(OWN).path('file.ts'),
      })
    },
  )
})

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodesOf } from '../../src/code/nodes.js'
import { describe, expect, test } from 'vitest'
import { walk } from '../../src/code/reach/site.js'
import type { Node } from '../../src/code/reach/site.js'
import { placeOf, resolveArray, resolveObject, resolveStrings, stringsAt } from '../../src/code/values.js'
import { inRule } from './helpers.js'
import type { Options } from './helpers.js'

/** What the argument of the call `use(...)` resolves to. */
function resolved(code: string, options: Options = {}): string {
  return inRule(code, options, (context) => {
    let argument: Node | undefined
    walk(context.ast, (node) => {
      if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'use') {
        argument = node.arguments[0]
      }
    })
    const { values, complete } = resolveStrings(argument!, context)
    const texts = values.map((v) => v.value + (v.declared ? `@${v.declared.name}:${v.declared.line}` : ''))
    return `${texts.join(' ')}${complete ? '' : ' ...'}`.trim()
  })
}

describe('resolveStrings', () => {
  test.each([
    ["use('a')", 'a'],
    ['use(`a`)', 'a'],
    ["use('a' as const)", 'a'],
    ["use('a' satisfies S)", 'a'],
    ["use(('a')!)", 'a'],
    ["use(c ? 'a' : 'b')", 'a b'],
    ["use(x ?? 'a')", 'a ...'],
    ["use(c && 'a')", 'a'],
    ["use('a' + 'b')", 'ab'],
    ['const p = "a"; use(`${p}-b`)', 'a-b'],
    ['use(String.raw`a\\b`)', 'a\\b'],
    ['use(null)', ''],
    ['use(undefined)', ''],
    ['use(0)', ''],
    ["use('')", ''],
    ['use(x)', '...'],
    ["const S = 'a'\nuse(S)", 'a@S:1'],
    ["const S = 'a'\nconst T = S\nuse(T)", 'a@S:1'],
    ["let s = 'a'; use(s)", 'a@s:1'],
    ["let s = 'a'\nif (c) s = 'b'\nuse(s)", 'b@s:2 ...'],
    ['let s\ns += "a"\nuse(s)', '...'],
    ["let s\ns = 'a'\ns = 'b'\nuse(s)\ns = 'c'", 'b@s:3 ...'],
    ["let s\ns = 'a'\nif (c) { s = 'b' }\nuse(s)", 'a@s:2 b@s:3 ...'],
    ["const O = { k: 'a' } as const; use(O.k)", 'a@O.k:1'],
    ["const O = {\n k: 'a',\n}\nuse(O['k'])", 'a@O.k:2'],
    ["const O = Object.freeze({ k: 'a' }); use(O.k)", 'a@O.k:1'],
    ["const P = { k: 'a' }; const O = { ...P }; use(O.k)", 'a@P.k:1'],
    ["const O = { in: { k: 'a' } }; use(O.in.k)", 'a@O.in.k:1'],
    ["enum E { K = 'a', L = 'b' } use(E.K)", 'a@E.K:1'],
    ["enum E { K = 'a', L = 'b' } use(E[k])", 'a@E.K:1 b@E.L:1 ...'],
    ["const O = { k: 'a', l: 'b', m: '' }; const f = (k) => use(O[k])", 'a@O.k:1 b@O.l:1 ...'],
    ["const O = { k: 'a', l: 'b' }; const f = (k: 'l') => use(O[k])", 'b@O.l:1 ...'],
    ["const O = { k: 'a', l: 'b' }; const f = (k) => { if (k === 'l') return; use(O[k]) }", 'a@O.k:1 ...'],
    ["const O = { k: 'a' }; const f = (x) => { if (x.k === 'l') return; use(O[x.k]) }", '...'],
    ["const O = { k: 'a', l: 'b' }; for (const k of KEYS) use(O[k])", '...'],
    ["const O = { k: 'a', l: 'b' }; KEYS.map((k) => use(O[k]))", '...'],
    ["const M = new Map([['k', 'a'], ['l', 'b']]); const f = (k) => use(M.get(k))", 'a@M:1 b@M:1 ...'],
    ["const M = new Map([['k', 'a'], ['l', 'b']]); use(M.get('l'))", 'b@M:1 ...'],
    [
      "namespace N { export const K = 'a'; const L = 'b'; export let m = 'c' } use(c ? N.K : c ? N.L : N.m)",
      'a@K:1 ...',
    ],
    ["namespace N { export enum E { K = 'a' } } use(N.E.K)", 'a@E.K:1'],
    ["function f(s: 'a'): 1; function f(s: 'b', t: 1): 2; function f(s: string) { use(s) }", 'a@s:1 b@s:1'],
    ["function f(s: 'a'): 1; function f(s: T, t: 1): 2; function f(s: string) { use(s) }", '...'],
    ["class C { m(s: 'a'): 1; m(): 2; m(s?: string) { use(s) } }", 'a@s:1'],
    ["const { k } = { k: 'a' }; use(k)", 'a@k:1'],
    ["const { k: { l = 'a' } } = x; use(l)", 'a@l:1 ...'],
    ["const [, k] = ['a', 'b']; use(k)", 'b@k:1'],
    ["for (const s of ['a', 'b']) use(s)", 'a@s:1 b@s:1'],
    ["['a', 'b'].map((s) => use(s))", 'a@s:1 b@s:1'],
    ["const L = ['a', 'b']\nL.forEach((s) => use(s))", 'a@L:1 b@L:1'],
    ["function f(s) { use(s) } f('a'); f('b')", 'a@s:1 b@s:1'],
    ["export function f(s) { use(s) } f('a')", 'a@s:1 ...'],
    ["function f(s) { use(s) } f('a'); g(f)", 'a@s:1 ...'],
    ["function f(s = 'a') { use(s) }", 'a@s:1 ...'],
    ["function f(s = 'a') { use(s) } f()", 'a@s:1'],
    ["const f = (x, s) => use(s); f(1, 'a')", 'a@s:1'],
    ["function f({ s }) { use(s) }\nf({ s: 'a' })", 'a@s:2'],
    ["function f({ s = 'b' }) { use(s) }\nf({ s: 'a' })", 'a@s:2 b@s:1'],
    ["function f(s) { f(s); use(s) } f('a')", 'a@s:1 ...'],
    ["class C { private m(s) { use(s) } n() { this.m('a') } }", 'a@s:1'],
    ["class C { m(s) { use(s) } n() { this.m('a') } }", 'a@s:1 ...'],
    ["class C { readonly s = 'a'; n() { use(this.s) } }", 'a@s:1'],
    ["class C { s = 'a'; n() { use(this.s) } }", '...'],
    ["class C { static s = 'a' } use(C.s)", 'a@s:1'],
    ["function g() { return c ? 'a' : 'b' } use(g())", 'a@g:1 b@g:1'],
    ["const g = (x) => x; use(g('a')); g('b')", 'a'],
    ["const g = (x) => x; g('b'); use(g('a'))", 'a'],
    ['const a = b; const b = a; use(a)', '...'],
    ["use('A'.toLowerCase())", 'a'],
    ["const o = {}; o.k = 'a'; use(o.k)", 'a@k:1'],
    // A test of the variable may have ruled the value out where it is used.
    ["function f(s) { if (s === 'all') return; use(s) } f('all'); f('a')", 'a@s:1 ...'],
    ["function f(s) { if (s === ALL) return; use(s) } f('all')", '...'],
    ["function f(s) { if (!VALID.includes(s)) throw 1; use(s) } f('bad')", '...'],
    ["function f(s) { if (['all'].includes(s)) return; use(s) } f('all'); f('a')", 'a@s:1 ...'],
    ["function f(s) { if (s === other.s) return; use(s) } f('a')", 'a@s:1'],
    ["function f(s) { switch (s) { case 'all': return } use(s) } f('all')", '...'],
    // Not where the test decides on something else, which the code goes on behind.
    ["function f(s) { if (ANY.includes(s)) log(s); use(s) } f('a')", 'a@s:1'],
    ["function f(s) { use({ s, done: s === ANY ? 1 : null }.s) } f('a')", 'a@s:1'],
    ["function f(s) { use(s); if (s === ANY) return 1 } f('a')", 'a@s:1'],
    ["function f(s) { if (s === ANY) { for (;;) break } use(s) } f('a')", 'a@s:1'],
    ["function f(s) { if (s === ANY) fail(); use(s) } f('a')", '...'],
    ["function f(s) { for (const x of y) { if (s === ANY) break; use(s) } } f('a')", '...'],
    ["function f(s) { const is = s === ANY; if (!is) use(s) } f('a')", '...'],
    ["function f(s) { s === ANY || use(s) } f('a')", '...'],
    ["function f(s) { const g = () => use(s); if (s === ANY) return; g() } f('a')", '...'],
  ])('%s', (code, expected) => {
    expect(resolved(code)).toBe(expected)
  })

  test.each([
    ["if (s === 'a') use(s)", 'a'],
    ["if (s !== 'a') use(s)", 'b'],
    ["if (s !== 'a') {} else use(s)", 'a'],
    ["if (s === 'a' || s === 'c') use(s)", 'a'],
    ["if (s !== 'a' && s !== 'c') use(s)", 'b'],
    ["if (s === 'a' && now()) return; use(s)", 'a b'],
    ["if (!(s === 'a' && now())) return; use(s)", 'a'],
    ['if (!s) return; use(s)', 'a b'],
    ["s === 'a' ? 0 : use(s)", 'b'],
    ["use(s === 'a' ? null : s)", 'b'],
    ["use(s === 'a' ? s : null)", 'a'],
    ["use((s !== 'a' && s) || 'c')", 'b c'],
    ["const isA = s === 'a'; use(isA ? 'c' : s)", 'c b'],
    ["if (['a', 'c'].includes(s)) use(s)", 'a'],
    ["const L = ['a'] as const; if (!L.includes(s as never)) throw 1; use(s)", 'a'],
    ["const L = new Set(['a']); if (!L.has(s)) return; use(s)", 'a'],
    ["if (s.startsWith('b')) return; use(s)", 'a'],
    ["if (typeof s !== 'string') return; use(s)", 'a b'],
    ['if (s == null) return; use(s)', 'a b'],
    ['if (s === null) use(s)', ''],
    ["switch (s) { case 'a': use(s) }", 'a'],
    ["switch (s) { case 'a': break; default: use(s) }", 'b'],
    ["switch (s) { case 'a': case 'b': use(s) }", 'a b'],
    ["switch (s) { case 'a': return; case 'b': { break } } use(s)", 'b'],
    ["switch (s) { case 'b': break; case 'a': log(); case 'c': use(s) }", 'a'],
    ["switch (true) { case s === 'a': use(s) }", ''],
    ["while (s === 'a') use(s)", 'a'],
    ["for (const x of y) { if (s === 'a') continue; use(s) }", 'b'],
    ["try { if (s === 'a') throw 1 } finally {} use(s)", 'b'],
    ["if (s === 'b') { log() } else if (s === 'a') { use(s) }", 'a'],
    ['if (valid(s)) use(s)', ''],
    ['if (LABELS[s]) use(s)', ''],
    ['if (!LABELS[s]) throw 1; use(s)', ''],
    ['use(LABELS[s] ? s : null)', ''],
    ['if (/a/.test(s)) use(s)', ''],
    ['if (s !== other) use(s)', 'a b'],
    ['assertValid(s); use(s)', ''],
  ])('a value that conditions let through: %s', (code, expected) => {
    const found = resolved(`function f(c) { const s = c ? 'a' : 'b'; ${code} }`)
    expect(found.replace(/@\S*| ?\.\.\./g, '')).toBe(expected)
  })

  test.each([
    ['use(s)', 'given'],
    ['if (s) use(s)', ''],
    ['if (!s) return; use(s)', ''],
    ['s && use(s)', ''],
    ['s ? use(s) : 0', ''],
    ['!s ? 0 : use(s)', ''],
    ['use(s || null)', ''],
    ['if (s.length > 0) use(s)', ''],
    ["if (s.trim() !== '') use(s)", ''],
    ["if (s === '') return; use(s)", ''],
    ['if (Boolean(s)) use(s)', ''],
    ['const has = !!s; if (has) use(s)', ''],
    ['if (now()) use(s)', 'given'],
    ['if (s) log(s); use(s)', 'given'],
  ])('an empty string where it is tested whether there is one: %s', (code, expected) => {
    for (const declaration of ["const s = q ?? ''", "const { s = '' } = q", "const s = q === 1 ? q : ''"]) {
      const found = inRule(`function f(q) { ${declaration}; ${code} }`, {}, (context) => {
        const used = nodesOf(context)
          .of('CallExpression')
          .find(({ callee }) => callee.type === 'Identifier' && callee.name === 'use')
        return resolveStrings(used!.arguments[0]!, context).values.some(({ value }) => value === '')
      })
      expect(found ? 'given' : '', declaration).toBe(expected)
    }
  })

  test.each([
    ["let s = q || 'all'; if (s === 'all') s = 'a'; use(s)", 'a@s:1 ...'],
    ["let s = 'all'; if (c) s = 'a'; if (s === 'all') return; use(s)", 'a@s:1 ...'],
  ])('what is written in a condition takes the place of what was there: %s', (code, expected) => {
    expect(resolved(`function f(q) { ${code} }`)).toBe(expected)
  })

  test.each([
    ["const c = q ?? ''; if (!isKnown(c)) return; const s = c; use(s)", '...'],
    ["const c = q ? 'a' : 'b'; if (c === 'a') return; const s = c; use({ s }.s)", 'b@c:1 ...'],
    ["const c = q ? 'a' : 'b'; if (c === 'a') { const s = c; use(s) }", 'a@c:1 ...'],
    ["const c = q ? 'a' : 'b'; const s = c; if (c === 'a') return; use(s)", 'b@c:1 ...'],
  ])('conditions on a name on the way: %s', (code, expected) => {
    expect(resolved(`function f(q) { ${code} }`)).toBe(expected)
  })

  test.each([
    ['use(i.s)', 'a b'],
    ["if (i.s === 'a') use(i.s)", 'a'],
    ['if (!isKnown(i.s)) return; use(i.s)', ''],
    ['if (!isKnown(i.t)) return; use(i.s)', 'a b'],
    ['if (!isValid(i)) return; use(i.s)', ''],
    ['assertValid(i); use(i.s)', ''],
    ["if (i?.s !== 'a') return; const { s } = i; use(i.s)", 'a'],
    ["if (i.s === 'a') return; const s = i.s; use(s)", 'b'],
    ["switch (i.s) { case 'a': break; default: use(i.s) }", 'b'],
  ])('conditions on a property: %s', (code, expected) => {
    const read = "const read = (c) => ({ s: c ? 'a' : 'b', t: 'c' })"
    const found = resolved(`${read}; function f(c) { const i = read(c); ${code} }`)
    expect(found.replace(/@\S*| ?\.\.\./g, '')).toBe(expected)
  })

  test('names are known in plain JavaScript too', () => {
    expect(resolved("const S = { k: 'a' }; use(S.k)", { filename: '/file.js' })).toBe('a@S.k:1')
  })

  test('a value written in place can be edited there, one through a name where it is declared', () => {
    const code = "const S = 'a'\nuse(c ? `b` : S)"
    const places = inRule(code, {}, (context) => {
      const call = context.ast.body[1] as never as { expression: { arguments: Node[] } }
      return resolveStrings(call.expression.arguments[0]!, context).values.map(placeOf)
    })
    expect(places.map((p) => code.slice(...p.range))).toEqual(['`b`', 'S'])
    expect(places.map((p) => code.slice(...p.edit!.range))).toEqual(['`b`', "'a'"])
    expect(places.map((p) => p.edit!.write("it's `q`"))).toEqual(["`it's \\`q\\``", "'it\\'s `q`'"])
  })
})

describe('imports of the project', () => {
  const folder = mkdtempSync(join(tmpdir(), 'values-'))
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  write(
    'status.ts',
    "export enum Status { On = 'a' }\nexport const LIST = ['a', 'b'] as const\nconst s = 'c'\nexport { s as t }\nexport default 'd'\n",
  )
  write('index.ts', "export * from './status.js'\nexport { Status as Renamed } from './status.js'\n")
  write('all.ts', "export * from './uses.js'\nexport * from './status.js'\nexport * from './passed.js'\n")
  write('uses.ts', "import { LIST } from './status.js'\nexport const length = LIST.length\n")
  write('passed.ts', "import { Status } from './status.js'\nexport { Status, Status as Again }\n")
  write('fn.ts', "export function pick(k: boolean) { const local = 'x'; return k ? local : 'y' }\n")
  write('cyclic.ts', "import { b } from './cyclic2'\nexport const a = b\n")
  write('cyclic2.ts', "import { a } from './cyclic'\nexport const b = a\n")
  write('common.js', "const S = { K: 'a' }\nmodule.exports = { S }\n")
  write('tsconfig.json', '{ // comment\n "compilerOptions": { "paths": { "@/*": ["./*"], }, }, }')
  const filename = join(folder, 'file.ts')

  test.each([
    ["import { Status } from './status'; use(Status.On)", 'a@Status.On:1'],
    ["import { Renamed } from './index.js'; use(Renamed.On)", 'a@Renamed.On:1'],
    ["import { t } from './index'; use(t)", 'c@t:3'],
    ["import { LIST } from './all'; use(LIST[0])", 'a@x:1'],
    ["import d from './status'; use(d)", 'd@d:5'],
    ["import * as all from './index'; use(all.Status.On)", 'a@Status.On:1'],
    ["import { t } from '@/status'; use(t)", 'c@t:3'],
    ["import { pick } from './fn'; use(pick(true))", 'x@local:1 y@pick:1'],
    ["import { a } from './cyclic'; use(a)", '...'],
    ["import { a } from './missing'; use(a)", '...'],
    ["import { a } from 'package'; use(a)", '...'],
    ["const { S } = require('./common'); use(S.K)", 'a@S.K:1'],
    ["import { LIST } from './status'; for (const x of LIST) use(x)", 'a@x:1 b@x:1'],
  ])('%s', (code, expected) => {
    expect(resolved(code, { filename }).replace('@LIST:2', '@x:1').replace('@LIST:2', '@x:1')).toBe(expected)
  })

  test('a changed file is read again', () => {
    write('changing.ts', "export const V = 'one'")
    const code = "import { V } from './changing'; use(V)"
    expect(resolved(code, { filename })).toBe('one@V:1')
    write('changing.ts', "export const V = 'twofold'")
    expect(resolved(code, { filename })).toBe('twofold@V:1')
  })
})

describe('types', () => {
  const folder = mkdtempSync(join(tmpdir(), 'types-'))
  const filename = join(folder, 'file.ts')
  const typed = (code: string): string => {
    writeFileSync(filename, code)
    writeFileSync(
      join(folder, 'tsconfig.json'),
      '{"compilerOptions":{"strict":true,"lib":["es2022"]},"files":["file.ts"]}',
    )
    return resolved(code, {
      filename,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: folder },
    })
  }

  test('each member of a union of literals is a value', () => {
    expect(
      typed("declare function use(x: unknown): void\nexport function f(s: 'a' | 'b' | null) { use(s) }"),
    ).toBe('a b')
  })

  test('a narrowed union has the members that are left', () => {
    expect(
      typed(
        "declare function use(x: unknown): void\nexport function f(s: 'a' | 'b') { if (s === 'a') return; use(s) }",
      ),
    ).toBe('b')
  })

  test('a string is unknown', () => {
    expect(typed('declare function use(x: unknown): void\nexport function f(s: string) { use(s) }')).toBe(
      '...',
    )
  })
})

describe('annotations, without type information', () => {
  test.each([
    ["type S = 'a' | 'b'\nexport function f(s: S) { use(s) }", 'a@S:1 b@S:1'],
    ["export function f(s: 'a' | null) { use(s) }", 'a@s:1'],
    ["export const f = ({ s }: { s: 'a' | 'b' }) => use(s)", 'a@s:1 b@s:1'],
    ["interface P { s?: 'a' }\nexport const f = ({ s }: P) => use(s)", 'a@P:1'],
    [
      "const L = ['a', 'b'] as const\ntype S = (typeof L)[number]\nexport function f(s: S) { use(s) }",
      'a@L:1 b@L:1',
    ],
    ["const O = { k: 'a' } as const\nexport function f(s: (typeof O)[keyof typeof O]) { use(s) }", 'a@O:1'],
    ["export function f(s: 'a' | 'b') { use(s) }\nf('a')", 'a@s:2 b@s:1'],
    ["export function f(s: 'a' | string) { use(s) }", '...'],
    ['export function f(s: S) { use(s) }', '...'],
    // Narrower where it is used, perhaps.
    ["export function f(s: 'a' | 'b') { if (s === 'a') return; use(s) }", 'b@s:1'],
    ["export function f(s: 'a' | 'b') { switch (s) { case 'a': use(s) } }", 'a@s:1'],
    ["export function f(s: 'a' | 'b') { if (isB(s)) use(s) }", '...'],
    ["export function f(s: 'a' | 'b') { assertB(s); use(s) }", '...'],
  ])('%s', (code, expected) => {
    expect(resolved(code)).toBe(expected)
  })
})

describe('arrays and objects', () => {
  const look = (code: string): string =>
    inRule(code, {}, (context) => {
      let argument: Node | undefined
      walk(context.ast, (node) => {
        if (
          node.type === 'CallExpression' &&
          node.callee.type === 'Identifier' &&
          node.callee.name === 'use'
        ) {
          argument = node.arguments[0]
        }
      })
      const array = resolveArray(argument!, context)
      if (array.elements.length > 0) {
        const values = array.elements.map((e) =>
          stringsAt(e)
            .values.map((v) => v.value)
            .join('|'),
        )
        return `[${values.join(' ')}] ${array.complete} ${array.certain}`
      }
      const object = resolveObject(argument!, context)
      const entries = object.entries.map(
        (e) =>
          `${e.key}=${stringsAt(e.value)
            .values.map((v) => v.value)
            .join('|')}`,
      )
      return `{${entries.join(' ')}} ${object.complete}`
    })

  test.each([
    ["use(['a', c ? 'b' : 'c'])", '[a b|c] true 2'],
    ["const L = ['b', 'c'] as const; use(['a', ...L, 'd'])", '[a b c d] true 4'],
    ["use(['a', ...x, 'b'])", '[a b] false 1'],
    ["const p = ['a']; p.push('b'); use(p)", '[a b] false 2'],
    ["const p = ['a']; p.unshift('b'); use(p)", '{} false'],
    ["use(Object.values({ k: 'a', l: 'b' }))", '[a b] true 0'],
    ["enum E { A = 'a', B = 'b' } use(Object.values(E))", '[a b] true 0'],
    ["use(['a'].concat('b', ['c']))", '[a c] false 1'],
    ["use({ k: 'a', ['l']: 'b', ...{ m: 'c' } })", '{k=a l=b m=c} true'],
    ["const o = { k: 'a' }; o.l = 'b'; use(o)", '{k=a l=b} true'],
    ["use({ k: 'a', ...x })", '{k=a} false'],
  ])('%s', (code, expected) => {
    expect(look(code)).toBe(expected)
  })
})

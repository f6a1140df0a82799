import { execFile } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cacheFolder } from '../../src/cacheFile.js'
import { ContentCache, type Reading } from '../../src/contentCache.js'
import { Files } from './files.js'

/** Lets a process of its own import what is not built. */
const JITI = import.meta.resolve('jiti')

class Setup extends Files {
  readonly file = this.path('cache/deep/x.cache')
  made: string[] = []

  /** Asks for texts in a cache of its own, as another process would; gives what had to be made. */
  ask(texts: readonly string[], stamp = '1'): string[] {
    const cache = new ContentCache(this.file, stamp)
    const made: string[] = []
    for (const text of texts) {
      if (cache.get(text) === undefined) {
        made.push(text)
        cache.set(text, { text })
      }
      expect(cache.get(text)).toEqual({ text })
    }
    cache.save()
    return made
  }
}

describe('a cache by content', () => {
  const texts = ['a', 'b\nc\t"', '', 'é😀\u2028']

  it('makes nothing twice, in one process or two', () => {
    const files = new Setup()
    expect(files.ask([...texts, 'a'])).toEqual(texts)
    expect(files.ask(texts)).toEqual([])
    expect(files.ask([...texts, 'new'])).toEqual(['new'])
    expect(readdirSync(files.path('cache/deep'))).toEqual(['x.cache'])
  })

  it('makes what means the same once, in one process or two', () => {
    const files = new Setup()
    const make = (texts: readonly string[]): string[] => {
      const cache = new ContentCache(files.file, '1')
      const made: string[] = []
      for (const text of texts) {
        const value = cache.getOrMake(text, () => ({
          meaning: text.toLowerCase(),
          value: () => (made.push(text), { of: text.toLowerCase() }),
        }))
        expect(value).toEqual({ of: text.toLowerCase() })
      }
      cache.save()
      return made
    }
    expect(make(['a', 'A', 'b'])).toEqual(['a', 'b'])
    expect(make(['A', 'B'])).toEqual([])
    expect(make(['B', 'b', 'a', 'c'])).toEqual(['c'])
  })

  it('has the same digest for what means the same', () => {
    const cache = new ContentCache(undefined, '1')
    const reading = (meaning: string, value: number): Reading => ({ meaning, value: () => value })
    const digest = cache.digestOf('a', () => reading('x', 1))
    expect(cache.digestOf('b', () => reading('x', 2))).toBe(digest)
    expect(cache.digestOf('c', () => reading('y', 3))).not.toBe(digest)
  })

  it('forgets what is not asked for any more', () => {
    const files = new Setup()
    files.ask(['a', 'b'])
    files.ask(['b', 'c'])
    expect(files.ask(['a', 'b', 'c'])).toEqual(['a'])
  })

  it('writes a few additions to a file beside it, until they are many', () => {
    const files = new Setup()
    const many = Array.from({ length: 40 }, (_, index) => `text ${index}`)
    files.ask(many)
    const before = readFileSync(files.file)
    expect(files.ask([...many.slice(1), 'x'])).toEqual(['x'])
    expect(readFileSync(files.file)).toEqual(before)
    expect(files.ask([...many.slice(2), 'x', 'y'])).toEqual(['y'])
    expect(files.ask([...many.slice(2), 'y'])).toEqual([])
    writeFileSync(`${files.file}.new`, 'damaged')
    expect(files.ask([...many.slice(2), 'x', 'y'])).toEqual(['x', 'y'])
    const others = Array.from({ length: 10 }, (_, index) => `other ${index}`)
    expect(files.ask([...many.slice(2), ...others])).toEqual(others)
    expect(readFileSync(files.file)).not.toEqual(before)
    expect(files.ask([...many.slice(2), ...others])).toEqual([])
  })

  it('is another one for another version', () => {
    const files = new Setup()
    files.ask(texts)
    expect(files.ask(texts, '2')).toEqual(texts)
    expect(files.ask(texts, '2')).toEqual([])
  })

  it.each<[string, (content: Buffer) => Buffer | string]>([
    ['empty', () => ''],
    ['no text', () => Buffer.from([0, 255, 254, 10, 0])],
    ['cut', (content) => content.subarray(0, content.length - 5)],
    ['cut to its first line', (content) => content.subarray(0, content.indexOf(10) + 1)],
    ['longer', (content) => `${content.toString()}x`],
    ['of another format', (content) => content.toString().replace(/pg-enum \d+/, 'pg-enum 0')],
    ['damaged in one character', (content) => content.toString().replace('"text":"a"', '"text":"e"')],
    ['damaged in a hash', (content) => content.toString().replace(/\n./, '\n!')],
  ])('that is %s is ignored, and written anew', (_, damage) => {
    const files = new Setup()
    files.ask(texts)
    writeFileSync(files.file, damage(readFileSync(files.file)))
    expect(files.ask(texts)).toEqual(texts)
    expect(files.ask(texts)).toEqual([])
  })

  it('that may not be written costs nothing but time', () => {
    const files = new Setup({ 'cache/deep': 'a file' })
    expect(files.ask(texts)).toEqual(texts)
    expect(files.ask(texts)).toEqual(texts)
  })

  it('that may not be read is made anew', () => {
    const files = new Setup()
    files.ask(texts)
    chmodSync(files.file, 0)
    if (process.getuid?.() !== 0) expect(files.ask(texts)).toEqual(texts)
  })

  it('is never seen half written', async () => {
    const files = new Setup()
    const script = `
      import { createJiti } from ${JSON.stringify(JITI)}
      const path = ${JSON.stringify(join(import.meta.dirname, '../../src/contentCache.ts'))}
      const { ContentCache } = await createJiti(path).import(path)
      for (let round = 0; round < 40; round++) {
        const cache = new ContentCache(process.argv[1], '1')
        for (let i = 0; i < 200; i++) {
          const text = 'text ' + i + ' ' + (i < 100 ? '' : process.argv[2] + round)
          if (cache.get(text) === undefined) cache.set(text, { text })
          const value = cache.get(text)
          if (value.text !== text) throw new Error(text + ' became ' + value.text)
        }
        cache.save()
      }`
    const run = (name: string) =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, files.file, name])
    await Promise.all(['p', 'q', 'r'].map(run))
    expect(files.ask(Array.from({ length: 100 }, (_, index) => `text ${index} `))).toEqual([])
    expect(readdirSync(files.path('cache/deep'))).toEqual(['x.cache'])
  })

  it('stays in memory without a file', () => {
    const cache = new ContentCache(undefined, '1')
    cache.set('a', [1])
    cache.save()
    expect(cache.get('a')).toEqual([1])
  })
})

it('is in the nearest node_modules', () => {
  const files = new Files({ 'node_modules/x': '', 'a/b/c': '' })
  expect(cacheFolder(files.path('a/b'))).toBe(files.path('node_modules/.cache/eslint-plugin-pg-enum'))
  expect(cacheFolder('/nowhere/at/all')).toBeUndefined()
})

/**
 * Maps UTF-8 byte offsets of a text, as libpg-query gives them, to UTF-16 offsets, as JavaScript and ESLint count.
 * A text of ASCII alone, the usual case, costs one regular expression.
 */
export class Utf8Offsets {
  /** Byte offset and UTF-16 offset at the end of each character that is not ASCII, flattened; undefined for ASCII. */
  readonly #steps: number[] | undefined

  constructor(text: string) {
    // eslint-disable-next-line no-control-regex
    const first = text.search(/[^\u0000-\u007f]/)
    if (first < 0) return
    const steps: number[] = []
    let bytes = first
    for (let i = first; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit < 0x80) {
        bytes++
        continue
      }
      if (unit < 0x800) bytes += 2
      else if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
        bytes += 4
        i++
      } else bytes += 3 // also a lone surrogate, which the parser sees as U+FFFD
      steps.push(bytes, i + 1)
    }
    this.#steps = steps
  }

  /** The UTF-16 offset of the character that starts at byte offset `byte`. */
  toUtf16(byte: number): number {
    const steps = this.#steps
    if (steps === undefined) return byte
    let low = 0
    let high = steps.length / 2
    while (low < high) {
      const middle = (low + high) >> 1
      if (steps[2 * middle]! <= byte) low = middle + 1
      else high = middle
    }
    if (low === 0) return byte
    return steps[2 * low - 1]! + (byte - steps[2 * low - 2]!)
  }
}

import type { FuncCall, Node } from '@pgsql/types'
import type { LocatedConstant } from '../../constants.js'
import type { Analysis } from '../state.js'
import { stringList } from '../types.js'

/** A text that EXECUTE runs, and where each of its offsets stands in the text around it. */
export interface DynamicText {
  readonly text: string
  locate(offset: number): number
}

/** A stretch of the text: of a constant's value from `from` on, or of the text around it. */
interface Piece {
  readonly text: string
  readonly at: (offset: number) => number
}

/**
 * The text that an expression makes where it is a constant, or `format` of constants: each `%L` is the constant that it puts in, as it is
 * written. Undefined where it can't be told, or where an argument is no constant.
 */
export function dynamicText(val: Node, analysis: Analysis): DynamicText | undefined {
  const constant = constantOf(val, analysis)
  if (constant !== undefined) return { text: constant.value, locate: (at) => constant.offsetOf(at) }
  return 'FuncCall' in val ? formatted(val.FuncCall, analysis) : undefined
}

function constantOf(node: Node | undefined, analysis: Analysis): LocatedConstant | undefined {
  if (node === undefined || !('A_Const' in node) || node.A_Const.sval === undefined) return undefined
  return analysis.constantAt(analysis.position(node.A_Const.location))
}

/** format(): manual, 9.4.1. */
function formatted({ funcname, args = [] }: FuncCall, analysis: Analysis): DynamicText | undefined {
  const pattern = constantOf(args[0], analysis)
  if (stringList(funcname).at(-1) !== 'format' || pattern === undefined) return undefined
  const pieces: Piece[] = []
  let done = 0
  let next = 1
  const copy = (to: number): void => {
    const from = done
    if (to > from)
      pieces.push({ text: pattern.value.slice(from, to), at: (offset) => pattern.offsetOf(from + offset) })
  }
  for (const match of pattern.value.matchAll(/%(?:(\d+)\$)?([sIL%])/g)) {
    copy(match.index)
    done = match.index + match[0].length
    const start = pattern.offsetOf(match.index)
    if (match[2] === '%') {
      pieces.push({ text: '%', at: () => start })
      continue
    }
    const place = match[1] === undefined ? next : Number(match[1])
    next = place + 1
    const argument = constantOf(args[place], analysis)
    if (argument === undefined) return undefined
    if (match[2] === 'L') {
      pieces.push({
        text: analysis.text.slice(argument.start, argument.end),
        at: (offset) => argument.start + offset,
      })
    } else if (match[2] === 's') {
      pieces.push({ text: argument.value, at: (offset) => argument.offsetOf(offset) })
    } else {
      pieces.push({ text: `"${argument.value.replaceAll('"', '""')}"`, at: () => start })
    }
  }
  copy(pattern.value.length)
  return joined(pieces)
}

function joined(pieces: readonly Piece[]): DynamicText {
  const starts: number[] = []
  let text = ''
  for (const piece of pieces) {
    starts.push(text.length)
    text += piece.text
  }
  return {
    text,
    locate(offset) {
      // The end of a constant belongs to the piece that it stands in.
      const index = Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      )
      const before = pieces[index - 1]
      const isEnd = offset === starts[index] && before?.text.endsWith("'") === true
      const chosen = isEnd ? index - 1 : index
      return pieces[chosen]?.at(offset - starts[chosen]!) ?? 0
    },
  }
}

import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

export interface Position {
  readonly line: number
  readonly character: number
}
export interface TextEdit {
  readonly range: { readonly start: Position; readonly end: Position }
  readonly newText: string
}
export interface Diagnostic {
  readonly range: TextEdit['range']
  readonly message: string
  readonly code: string
  readonly source: string
}
export interface CodeAction {
  readonly title: string
  readonly kind: string
  readonly command: { readonly command: string; readonly arguments: unknown[] }
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** An editor, as far as the ESLint language server needs one: JSON-RPC over stdio, pulled diagnostics, edits applied. */
export class LanguageClient {
  readonly #server: ChildProcessWithoutNullStreams
  readonly #folder: { readonly uri: string; readonly name: string }
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #applied: TextEdit[] = []
  #stderr = ''
  #buffer = Buffer.alloc(0)
  #id = 0

  constructor(folder: string) {
    const server = createRequire(import.meta.url).resolve(
      'vscode-langservers-extracted/bin/vscode-eslint-language-server',
    )
    this.#folder = { uri: pathToFileURL(folder).href, name: 'project' }
    this.#server = spawn(process.execPath, [server, '--stdio'], { cwd: folder })
    this.#server.stdout.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#server.stderr.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
  }

  async start(): Promise<void> {
    await this.request('initialize', {
      processId: process.pid,
      rootUri: this.#folder.uri,
      workspaceFolders: [this.#folder],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true, applyEdit: true },
        textDocument: {
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
          diagnostic: { dynamicRegistration: false },
        },
      },
    })
    this.notify('initialized', {})
  }

  async stop(): Promise<void> {
    await this.request('shutdown', null)
    const ended = new Promise((resolve) => this.#server.once('exit', resolve))
    this.notify('exit', null)
    await ended
  }

  open(uri: string, languageId: string, text: string): void {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } })
  }

  change(uri: string, version: number, text: string): void {
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] })
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const { items } = (await this.request('textDocument/diagnostic', { textDocument: { uri } })) as {
      items: Diagnostic[]
    }
    return items
  }

  async codeActions(uri: string, diagnostic: Diagnostic): Promise<CodeAction[]> {
    return (await this.request('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic], triggerKind: 1 },
    })) as CodeAction[]
  }

  /** Runs the action's command and gives back the edits that the server asks the editor to make. */
  async execute({ command }: CodeAction): Promise<TextEdit[]> {
    this.#applied.length = 0
    await this.request('workspace/executeCommand', command)
    return [...this.#applied]
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#id
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer. ${this.#stderr}`)), 20_000)
      this.#waiting.set(id, ({ result, error }) => {
        clearTimeout(timer)
        if (error === undefined) resolve(result)
        else reject(new Error(`${method}: ${error.message}`))
      })
      this.#send({ id, method, params })
    })
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params })
  }

  #send(message: Message): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
    this.#server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`)
    this.#server.stdin.write(body)
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk])
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.toString('utf8', 0, end))![1])
      if (this.#buffer.length < end + 4 + length) return
      const body = this.#buffer.toString('utf8', end + 4, end + 4 + length)
      this.#buffer = this.#buffer.subarray(end + 4 + length)
      this.#handle(JSON.parse(body) as Message)
    }
  }

  #handle(message: Message): void {
    if (message.method === undefined) {
      this.#waiting.get(message.id!)?.(message)
      this.#waiting.delete(message.id!)
    } else if (message.id !== undefined) {
      this.#send({ id: message.id, result: this.#answer(message) })
    }
  }

  /** What the server asks of the editor. */
  #answer({ method, params }: Message): unknown {
    switch (method) {
      case 'workspace/configuration':
        return (params as { items: unknown[] }).items.map(() => this.#settings())
      case 'workspace/applyEdit': {
        const { edit } = params as { edit: { documentChanges: { edits: TextEdit[] }[] } }
        this.#applied.push(...edit.documentChanges.flatMap(({ edits }) => edits))
        return { applied: true }
      }
      default:
        return null
    }
  }

  /** The settings of VS Code's ESLint extension, as a user who changed nothing has them. */
  #settings(): object {
    return {
      validate: 'on',
      packageManager: 'npm',
      useESLintClass: true,
      experimental: { useFlatConfig: false },
      codeAction: {
        disableRuleComment: { enable: true, location: 'separateLine', commentStyle: 'line' },
        showDocumentation: { enable: true },
      },
      codeActionOnSave: { mode: 'all' },
      format: false,
      quiet: false,
      onIgnoredFiles: 'off',
      options: {},
      rulesCustomizations: [],
      run: 'onType',
      problems: { shortenToSingleLine: false },
      nodePath: null,
      workspaceFolder: this.#folder,
    }
  }
}

/** `text` with the edits applied. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n')
  const offset = ({ line, character }: Position): number =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (all, { range, newText }) => all.slice(0, offset(range.start)) + newText + all.slice(offset(range.end)),
      text,
    )
}

/** `settings['pg-enum']`, validated. See the design for what each means. */
export interface Settings {
  readonly migrations?: readonly { readonly dir: string; readonly tool?: string; readonly searchPath?: readonly string[] }[]
  readonly schema?: string
  readonly searchPath: readonly string[]
  /** TypeScript row type → table. */
  readonly rows: Readonly<Record<string, string>>
  /** TypeScript name → enum type. */
  readonly mirrors: Readonly<Record<string, string>>
  readonly sqlTags: readonly string[]
  readonly sqlCallees: readonly string[]
}

import { main } from '../../src/cli/main.js'

/** Runs the command line in this process; colors are off. */
export async function run(
  cwd: string,
  ...argv: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = ''
  let stderr = ''
  const output = {
    stdout: (text: string) => void (stdout += text),
    stderr: (text: string) => void (stderr += text),
  }
  const code = await main(argv, output, cwd)
  // eslint-disable-next-line no-control-regex
  return { code, stdout: stdout.replaceAll(/\u001b\[\d+m/g, ''), stderr }
}

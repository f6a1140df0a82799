import { main } from './main.js'

void main(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
}).then((code) => {
  // Set, not exit(): what was written to a pipe must get there.
  process.exitCode = code
})

// Preloaded into a command: when it ends, prints the milliseconds since its process began, of the clock and of all its threads.
process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  process.stderr.write(`\n${JSON.stringify({ clock: performance.now(), processor: (user + system) / 1000 })}`)
})

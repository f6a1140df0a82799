/** Message → the file it is reported in. Lives as long as the process: an editor's server, one run of ESLint. */
const announced = new Map<string, string>()

/**
 * Whether a message about the whole project is to be reported in this file: in the first file that asks, and in that one
 * again whenever it is linted again, so that in an editor it neither jumps nor vanishes while the cause is there.
 */
export function isAnnouncedIn(filename: string, root: string, message: string): boolean {
  const key = `${root}\n${message}`
  const first = announced.get(key)
  if (first === undefined) announced.set(key, filename)
  return first === undefined || first === filename
}

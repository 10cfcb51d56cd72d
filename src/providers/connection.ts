import { connect } from 'node:net'

/**
 * Calls `onNone` when no connection to the host of `url` can be made within `timeoutMs`; gives the
 * function that ends the watch, for when an answer is there.
 *
 * Bun's fetch has no such limit and does not tell when it is connected (oven-sh/bun#33338). So
 * after half of the time without an answer a bare TCP connection to the same place is tried, for
 * the other half. Where a proxy stands in between, it is the proxy's business.
 */
export function watchConnection(url: string, timeoutMs: number, onNone: () => void): () => void {
  let stop = () => {}
  const timer = setTimeout(() => {
    const place = new URL(url)
    if (!isProxied(place, process.env)) stop = knock(place, timeoutMs / 2, onNone)
  }, timeoutMs / 2).unref()
  return () => {
    clearTimeout(timer)
    stop()
  }
}

/** RFC 8305 (Happy Eyeballs), 5: when to try the next address of a host beside this one. */
const NEXT_ADDRESS_AFTER_MS = 250

/**
 * A refusal proves nothing: a fetch without a connection hears the same, and one that has an old
 * one may still be answered by a server that takes no new ones.
 */
function knock({ hostname, port, protocol }: URL, withinMs: number, onNone: () => void) {
  const socket = connect({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
  }).unref()
  const timer = setTimeout(onNone, withinMs).unref()
  const stop = () => {
    clearTimeout(timer)
    socket.destroy()
  }
  socket.once('connect', stop).once('error', stop)
  return stop
}

/**
 * Whether Bun's fetch goes through a proxy. It looks into the environment with every request, so
 * we do; in doubt (NO_PROXY also takes networks) it does.
 */
function isProxied({ hostname, protocol }: URL, env: NodeJS.ProcessEnv): boolean {
  const variable = (name: string) => env[name] || env[name.toLowerCase()]
  if (!variable(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') && !variable('ALL_PROXY')) {
    return false
  }
  const direct = (variable('NO_PROXY') ?? '').split(',').map((name) => name.trim())
  return !direct.some(
    (name) => name === '*' || name === hostname || (name && hostname.endsWith(`.${name}`)),
  )
}

import { dlopen, ptr } from 'bun:ffi'
import { connect } from 'node:net'

/** Only Linux leaves an attempt to connect unanswered when the queue is full. */
export const CAN_FILL_A_QUEUE = process.platform === 'linux'

const AF_INET = 2
const SOCK_STREAM = 1

/**
 * A port of this machine that no connection can be made to, and none is refused by: a socket that
 * listens, takes nobody in, and whose queue of one is full. JavaScript cannot make such a one.
 */
export async function openFullListener(): Promise<{ url: URL; close(): void }> {
  const { symbols: libc } = dlopen('libc.so.6', {
    socket: { args: ['int', 'int', 'int'], returns: 'int' },
    bind: { args: ['int', 'ptr', 'u32'], returns: 'int' },
    listen: { args: ['int', 'int'], returns: 'int' },
    getsockname: { args: ['int', 'ptr', 'ptr'], returns: 'int' },
    close: { args: ['int'], returns: 'int' },
  })
  const address = new Uint8Array(16)
  address.set([AF_INET, 0, 0, 0, 127, 0, 0, 1])
  const socket = libc.socket(AF_INET, SOCK_STREAM, 0)
  libc.bind(socket, ptr(address), address.length)
  libc.listen(socket, 0)
  libc.getsockname(socket, ptr(address), ptr(new Uint32Array([address.length])))
  const port = new DataView(address.buffer).getUint16(2)

  const filler = connect(port, '127.0.0.1')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  filler.once('connect', resolve).once('error', reject)
  await promise
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    close() {
      filler.destroy()
      libc.close(socket)
    },
  }
}

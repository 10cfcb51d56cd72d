import { ProxyError } from '../../src/errors.ts'
import type { Controls } from '../../src/routing/controls.ts'

/** Of a proxy without a target. */
export const noControls: Controls = {
  targets: () => [],
  clear: () => [],
  pause: () => [],
  resume: () => [],
  async test(id) {
    throw new ProxyError('not_found_error', `There is no target "${id}"`)
  },
}

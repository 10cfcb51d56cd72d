/**
 * A request that the service turns down. The checks throw it without knowing the wire; each wire
 * gives it its own shape.
 */
export class Refusal extends Error {
  override name = 'Refusal' as const

  readonly status: number
  readonly details: RefusalDetails

  constructor(status: number, message: string, details: RefusalDetails = {}) {
    super(message)
    this.status = status
    this.details = details
  }
}

export interface RefusalDetails {
  /** The wire's own word (a type, an exception's name, a code); by default the status's. */
  type?: string
  /** The field at fault, which OpenAI names separately. */
  param?: string
  headers?: Record<string, string>
}

/**
 * Who minted the thinking that clients send back: sha256 prefixes of signatures, and of the data of
 * redacted blocks, each with the kind of target it came from. Only what no Claude minted is in here.
 * It outlives the process. No verb throws: what cannot be kept or read is lost, and requests go on.
 */
export interface Signatures {
  /** The kinds that minted this, several where servers sign with the same word; empty: unknown. */
  makersOf(signature: string): readonly string[]
  minted(kind: string, signatures: readonly string[]): void
  /** Forgets up to `limit` that nobody has sent since this time (Unix ms); gives how many. */
  deleteBefore(time: number, limit: number): number
}

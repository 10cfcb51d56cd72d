import { Refusal } from './refusal.ts'
import type { Incoming } from './wire.ts'

/** The one pair of credentials the simulator knows. */
export const ACCESS_KEY = 'AKIASIMULATOR'
export const SECRET_KEY = 'simulator-secret'

/**
 * Verifies an AWS Signature Version 4 (docs.aws.amazon.com, "Create a signed AWS API request") for
 * the service `bedrock`. Throws a Refusal in AWS's words.
 */
export function verifySignature(incoming: Incoming): void {
  const signed = parseAuthorization(incoming.headers.get('authorization') ?? '')
  if (!signed) deny('MissingAuthenticationTokenException', 'Missing Authentication Token')
  if (signed.accessKey !== ACCESS_KEY) {
    deny('UnrecognizedClientException', 'The security token included in the request is invalid.')
  }
  if (signed.service !== 'bedrock') {
    mismatch(`Credential should be scoped to correct service: 'bedrock'. `)
  }
  const time = incoming.headers.get('x-amz-date') ?? ''
  checkTime(time, signed.date)
  checkSignedHeaders(incoming.headers, signed.headers)
  const payloadHash = sha256(incoming.text)
  const stated = incoming.headers.get('x-amz-content-sha256')
  if (stated !== null && stated !== payloadHash) mismatch(MISMATCH)
  const scope = `${signed.date}/${signed.region}/bedrock/aws4_request`
  const canonical = sha256(canonicalRequest(incoming, signed.headers, payloadHash))
  const expected = hmac(
    signingKey(signed.date, signed.region),
    `AWS4-HMAC-SHA256\n${time}\n${scope}\n${canonical}`,
  ).toString('hex')
  if (expected !== signed.signature) mismatch(MISMATCH)
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

function deny(type: string, message: string): never {
  throw new Refusal(403, message, { type })
}

function mismatch(message: string): never {
  deny('InvalidSignatureException', message)
}

interface Signed {
  accessKey: string
  date: string
  region: string
  service: string
  headers: string[]
  signature: string
}

function parseAuthorization(value: string): Signed | null {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(
      value,
    )
  if (!parts) return null
  const [, accessKey = '', date = '', region = '', service = '', headers = '', signature = ''] =
    parts
  return { accessKey, date, region, service, headers: headers.split(';'), signature }
}

const FIVE_MINUTES = 5 * 60_000

function checkTime(time: string, date: string): void {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time)
  if (!parts || !time.startsWith(date)) mismatch(MISMATCH)
  const [, year, month, day, hour, minute, second] = parts
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Math.abs(Date.now() - at) > FIVE_MINUTES) mismatch(`Signature expired: ${time}`)
}

/** A header that could change the meaning of the request must be under the signature. */
function checkSignedHeaders(headers: Headers, signed: string[]): void {
  const required = ['host', ...[...headers.keys()].filter((name) => name.startsWith('x-amz-'))]
  const missing = required.filter((name) => !signed.includes(name))
  if (missing.length > 0) mismatch(`${missing.join(', ')} must be signed.`)
}

function canonicalRequest(incoming: Incoming, signed: string[], payloadHash: string): string {
  const [path = '', query = ''] = incoming.path.split('?')
  const headers = signed.map(
    (name) => `${name}:${(incoming.headers.get(name) ?? '').trim().replace(/\s+/g, ' ')}\n`,
  )
  return [
    incoming.method,
    path.split('/').map(encode).join('/'),
    query.split('&').sort().join('&'),
    headers.join(''),
    signed.join(';'),
    payloadHash,
  ].join('\n')
}

/** Every service but S3 encodes the path as it was sent once more: `%3A` becomes `%253A`. */
function encode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function signingKey(date: string, region: string): Buffer {
  return [region, 'bedrock', 'aws4_request'].reduce(
    (key, part) => hmac(key, part),
    hmac(`AWS4${SECRET_KEY}`, date),
  )
}

function hmac(key: string | Buffer, text: string): Buffer {
  return new Bun.CryptoHasher('sha256', key).update(text).digest()
}

function sha256(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex')
}

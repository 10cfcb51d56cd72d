/** AWS quotes the request it could not verify, session token included. */
const AWS_TOKEN = /(x-amz-security-token\W{1,5})[\w+/=%-]+/gi

/** Replaces every one of these secrets in a text, which may be JSON. */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  // A short secret would tear holes into ordinary words.
  const long = [...secrets].filter((secret) => secret.length >= 8)
  const known = [...new Set(long.flatMap((secret) => [asInJson(secret), secret]))]
  return (text) =>
    known
      .reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
      .replace(AWS_TOKEN, '$1***')
}

function asInJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1)
}

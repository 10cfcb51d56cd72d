/** Imported `with { type: 'text' }`: the content of the file, carried inside the binary. */
declare module '*.css' {
  const text: string
  export default text
}

declare module '*.js' {
  const text: string
  export default text
}

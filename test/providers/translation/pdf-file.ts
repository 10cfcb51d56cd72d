/** A PDF with these lines of text, one page each; an empty one is a page without text. */
export function pdfOf(...pages: string[]): Uint8Array {
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((text, index) => {
      const stream = text === '' ? '' : `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + index * 2} 0 R ` +
          '/Resources << /Font << /F1 3 0 R >> >> >>',
        `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
      ]
    }),
  ]
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\n`
  return new TextEncoder().encode(`${file}${table}${trailer}startxref\n${file.length}\n%%EOF`)
}

/** The same behind a password that nobody knows. */
export function lockedPdf(): Uint8Array {
  const key = '00'.repeat(32)
  const lock = `/Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4`
  const text = new TextDecoder().decode(pdfOf('Secret'))
  return new TextEncoder().encode(
    text.replace('/Root 1 0 R', `/Root 1 0 R /ID [<00> <00>] /Encrypt << ${lock} >>`),
  )
}

/** The block a client sends for it. */
export function pdfBlock(bytes: Uint8Array, title = 'report.pdf') {
  const data = Buffer.from(bytes).toString('base64')
  return {
    type: 'document',
    title,
    source: { type: 'base64', media_type: 'application/pdf', data },
  }
}

/** What Claude Code itself makes of a system message where a model refuses the role. */
export function asReminder(text: string): string {
  return `<system-reminder>\n${text}\n</system-reminder>`
}
